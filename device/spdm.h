/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SPDM_H
#define DEVICE_SPDM_H

/* Numbers of DSP0274 (SPDM 1.2), DSP0277 (secured messages), IDE_KM and TDISP (PCI Express 6.1). */

#include <stdint.h>

#define SPDM_VERSION_1_0 0x10 /* of GET_VERSION, which does not bind later messages */
#define SPDM_VERSION_1_2 0x12

/* Largest message, and the buffer for one: a granule each (device-assignment.md#5). */
#define SPDM_MAX_MESSAGE 4096
#define SPDM_HEADER      4
#define SPDM_NONCE       32
#define SPDM_MAX_HASH    64

enum spdm_code {
	SPDM_DIGESTS = 0x01,
	SPDM_CERTIFICATE = 0x02,
	SPDM_VERSION = 0x04,
	SPDM_MEASUREMENTS = 0x60,
	SPDM_CAPABILITIES = 0x61,
	SPDM_ALGORITHMS = 0x63,
	SPDM_KEY_EXCHANGE_RSP = 0x64,
	SPDM_FINISH_RSP = 0x65,
	SPDM_HEARTBEAT_ACK = 0x68,
	SPDM_END_SESSION_ACK = 0x6c,
	SPDM_VENDOR_DEFINED_RESPONSE = 0x7e,
	SPDM_ERROR = 0x7f,
	SPDM_GET_DIGESTS = 0x81,
	SPDM_GET_CERTIFICATE = 0x82,
	SPDM_GET_VERSION = 0x84,
	SPDM_GET_MEASUREMENTS = 0xe0,
	SPDM_GET_CAPABILITIES = 0xe1,
	SPDM_NEGOTIATE_ALGORITHMS = 0xe3,
	SPDM_KEY_EXCHANGE = 0xe4,
	SPDM_FINISH = 0xe5,
	SPDM_HEARTBEAT = 0xe8,
	SPDM_END_SESSION = 0xec,
	SPDM_VENDOR_DEFINED_REQUEST = 0xfe,
	SPDM_RESPOND_IF_READY = 0xff,
};

/* Param1 of ERROR. */
enum spdm_error_code {
	SPDM_ERROR_INVALID_REQUEST = 0x01,
	SPDM_ERROR_BUSY = 0x03,
	SPDM_ERROR_UNEXPECTED_REQUEST = 0x04,
	SPDM_ERROR_UNSPECIFIED = 0x05,
	SPDM_ERROR_DECRYPT = 0x06,
	SPDM_ERROR_UNSUPPORTED = 0x07,
	SPDM_ERROR_SESSION_REQUIRED = 0x0b,
	SPDM_ERROR_VERSION_MISMATCH = 0x41,
	SPDM_ERROR_NOT_READY = 0x42,
};

enum spdm_capability {
	SPDM_CAP_CERT = 1u << 1,
	SPDM_CAP_CHAL = 1u << 2,
	SPDM_CAP_MEAS_SIG = 2u << 3, /* two bits: measurements with signature */
	SPDM_CAP_ENCRYPT = 1u << 6,
	SPDM_CAP_MAC = 1u << 7,
	SPDM_CAP_KEY_EX = 1u << 9,
	SPDM_CAP_HBEAT = 1u << 13,
};

enum spdm_algorithm {
	SPDM_ASYM_RSASSA_3072 = 1u << 2,
	SPDM_ASYM_ECDSA_P256 = 1u << 4,
	SPDM_ASYM_ECDSA_P384 = 1u << 7,
	SPDM_HASH_SHA_256 = 1u << 0,
	SPDM_HASH_SHA_384 = 1u << 1,
	SPDM_HASH_SHA_512 = 1u << 2,
	SPDM_DHE_SECP256R1 = 1u << 3,
	SPDM_DHE_SECP384R1 = 1u << 4,
	SPDM_AEAD_AES_256_GCM = 1u << 1,
	SPDM_SCHEDULE_HMAC = 1u << 0,
	SPDM_MEASUREMENT_DMTF = 1u << 0,
	SPDM_MEASUREMENT_HASH_SHA_384 = 1u << 2,
	SPDM_OPAQUE_FORMAT_1 = 1u << 1,
};

/* AlgType of the structures of NEGOTIATE_ALGORITHMS. */
enum spdm_algorithm_type {
	SPDM_ALG_DHE = 2,
	SPDM_ALG_AEAD = 3,
	SPDM_ALG_SCHEDULE = 5,
};

#define SPDM_ALG_STRUCTURES 3    /* that of mutual authentication is not sent */
#define SPDM_ALG_COUNT      0x20 /* two bytes of fixed algorithms, none of vendors */

#define SPDM_MEASUREMENTS_SIGNED 0x01 /* Param1 of GET_MEASUREMENTS */
#define SPDM_MEASUREMENTS_RAW    0x02
#define SPDM_MEASUREMENTS_ALL    0xff /* Param2 */

/* --- secured messages: session ID, length of what follows, ciphertext, tag ------------------------- */

#define SPDM_AEAD_KEY      32
#define SPDM_AEAD_IV       12
#define SPDM_AEAD_TAG      16
#define SPDM_RECORD_HEADER 6 /* also what is authenticated and not encrypted */

/* Opaque data of KEY_EXCHANGE: the versions of secured messages. */
#define SECURED_DATA_VERSION    1
#define SECURED_DATA_SELECTION  0
#define SECURED_DATA_SUPPORTED  1
#define SECURED_MESSAGE_VERSION 0x1100 /* 1.1 */

/* --- vendor-defined messages of PCI-SIG ---------------------------------------------------------------- */

#define PCI_SIG_STANDARD_ID 3
#define PCI_SIG_VENDOR_ID   1
#define PCI_PROTOCOL_IDE_KM 0
#define PCI_PROTOCOL_TDISP  1

enum ide_object {
	IDE_QUERY,
	IDE_QUERY_RESP,
	IDE_KEY_PROG,
	IDE_KP_ACK,
	IDE_K_SET_GO,
	IDE_K_SET_STOP,
	IDE_K_GOSTOP_ACK,
};

#define IDE_KEY        32
#define IDE_IV         8
#define IDE_SUBSTREAMS 3   /* posted, non-posted, completions */
#define IDE_DIRECTION  0x2 /* of key_sub_stream: transmit */

#define TDISP_VERSION        0x10
#define TDISP_REPORT_PORTION 1024

enum tdisp_message {
	TDISP_VERSION_RSP = 0x01,
	TDISP_CAPABILITIES_RSP = 0x02,
	TDISP_LOCK_RSP = 0x03,
	TDISP_REPORT_RSP = 0x04,
	TDISP_STATE_RSP = 0x05,
	TDISP_START_RSP = 0x06,
	TDISP_STOP_RSP = 0x07,
	TDISP_ERROR = 0x7f,
	TDISP_GET_VERSION = 0x81,
	TDISP_GET_CAPABILITIES = 0x82,
	TDISP_LOCK = 0x83,
	TDISP_GET_REPORT = 0x84,
	TDISP_GET_STATE = 0x85,
	TDISP_START = 0x86,
	TDISP_STOP = 0x87,
};

enum tdisp_state {
	TDISP_CONFIG_UNLOCKED,
	TDISP_CONFIG_LOCKED,
	TDISP_RUN,
	TDISP_STATE_ERROR,
};

#endif
