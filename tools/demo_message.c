/* SPDX-License-Identifier: BSD-3-Clause */
/* What a COMMUNICATE wants of the host: device-assignment.md#5 */
#include "tools/demo_message.h"

#include <inttypes.h>

static const char *message_name(uint8_t code)
{
	static const struct {
		uint8_t code;
		const char *name;
	} names[] = {
		/* DSP0274, 9.1 */
		{0x81, "GET_DIGESTS"},      {0x82, "GET_CERTIFICATE"},      {0x84, "GET_VERSION"},
		{0xe1, "GET_CAPABILITIES"}, {0xe3, "NEGOTIATE_ALGORITHMS"}, {0xe4, "KEY_EXCHANGE"},
		{0xff, "RESPOND_IF_READY"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].code == code)
			return names[i].name;
	}
	return "a message";
}

static void say_kept(struct narrator *narrator, const struct rmi_dev_comm_exit *exit)
{
	static const char *const objects[] = {"versions and algorithms", "certificates",
					      "measurements", "interface report"};
	const uint64_t size = exit->cache_req_len + exit->cache_rsp_len;

	if (exit->flags & (RMI_DEV_COMM_EXIT_FLAG_CACHE_REQ | RMI_DEV_COMM_EXIT_FLAG_CACHE_RSP))
		narrator_say(narrator, "      the host keeps %" PRIu64 " bytes: %s", size,
			     objects[exit->cache_obj_id & 3]);
}

void demo_tell_message(struct narrator *narrator, uint64_t data_pa)
{
	const struct rmi_dev_comm_data *data = machine_memory(narrator->machine, data_pa);
	const struct rmi_dev_comm_exit *exit = &data->exit;
	const uint8_t *request;

	say_kept(narrator, exit);
	if (!(exit->flags & RMI_DEV_COMM_EXIT_FLAG_SEND))
		return;
	request = machine_memory(narrator->machine, data->enter.req_addr);
	if (exit->protocol == RMI_DEV_COMM_PROTOCOL_SECURE_SPDM)
		narrator_say(narrator,
			     "      to the device: %" PRIu64 " bytes that only it can read",
			     exit->req_len);
	else
		narrator_say(narrator, "      to the device: %s", message_name(request[1]));
}
