/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_ATTEST_KEYS_H
#define TESTS_ATTEST_KEYS_H

/* Toy keys: attestation.md#8. Scalar 1 and 2 on P-384, and one on the wrong curve. */

#define KEY_1                                                                \
	"-----BEGIN EC PRIVATE KEY-----\n"                                   \
	"MIGkAgEBBDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n" \
	"AAAAAAAAAAGgBwYFK4EEACKhZANiAASqh8oivosFN46xxx7zIK10bh07Younm5hZ\n" \
	"90HgglQqOFUC8l2/VSlsOlReOHJ2Crc2F95KliYsb12emL+Sktwp+PQdvSiaFHzp\n" \
	"2jETtfC4wApgsc4dfoGdekMdfJDqDl8=\n"                                 \
	"-----END EC PRIVATE KEY-----\n"

#define KEY_2                                                                \
	"-----BEGIN PRIVATE KEY-----\n"                                      \
	"MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAAAAAAAAAAAAAAAAAA\n" \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAKhZANiAAQI2ZkFe6PS\n" \
	"2WkmAEXFW5fwiQJZWab0NNZR0gfRn7lunk/g6G6+DmT4W5apx1KV32GOgPH6Wxs8\n" \
	"7be/6N/9bbp0snXYdbxsxD6QTlBfJWq0JV/9Q+lNOeItYVAecAqUDoA=\n"         \
	"-----END PRIVATE KEY-----\n"

#define KEY_2_PUBLIC                                                         \
	"-----BEGIN PUBLIC KEY-----\n"                                       \
	"MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAECNmZBXuj0tlpJgBFxVuX8IkCWVmm9DTW\n" \
	"UdIH0Z+5bp5P4Ohuvg5k+FuWqcdSld9hjoDx+lsbPO23v+jf/W26dLJ12HW8bMQ+\n" \
	"kE5QXyVqtCVf/UPpTTniLWFQHnAKlA6A\n"                                 \
	"-----END PUBLIC KEY-----\n"

#define KEY_P256                                                             \
	"-----BEGIN PRIVATE KEY-----\n"                                      \
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAAAAAAAAAAAAAAAA\n" \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAWhRANCAARRWQt6UVFA0teEyFYIZo/f74yC/R9b\n" \
	"5SQhVUoNw9Az7eDBfaiQSnJ9iuG/Nr+KeSYNAS8A1NgIiNHQu0T9oW2k\n"         \
	"-----END PRIVATE KEY-----\n"

#define KEY_P256_PUBLIC                                                      \
	"-----BEGIN PUBLIC KEY-----\n"                                       \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEUVkLelFRQNLXhMhWCGaP3++Mgv0f\n" \
	"W+UkIVVKDcPQM+3gwX2okEpyfYrhvza/inkmDQEvANTYCIjR0LtE/aFtpA==\n"     \
	"-----END PUBLIC KEY-----\n"

/* Another kind of key. */
#define KEY_RSA_PUBLIC                                                       \
	"-----BEGIN PUBLIC KEY-----\n"                                       \
	"MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCvQaYTp2x55QnDi4sBbewWaC5c\n" \
	"V9L4seidupJVDOBUglZd8xEf0FWYKNoZe268jhjw2sevk9SgqYrAFvnd722eVv79\n" \
	"Rn7QMUxPpR0zXQaI2J5R83NM9Mmx0AML+xsgWDkExrzaQ1Fl73U9YZB0LNI4cM80\n" \
	"Qsq+heQsFbYN6YWO/QIDAQAB\n"                                         \
	"-----END PUBLIC KEY-----\n"

#endif
