/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/smc.h"
#include "smc/status.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const rmi_status_names[] = {
	[RMI_SUCCESS] = "RMI_SUCCESS",
	[RMI_ERROR_INPUT] = "RMI_ERROR_INPUT",
	[RMI_ERROR_REALM] = "RMI_ERROR_REALM",
	[RMI_ERROR_REC] = "RMI_ERROR_REC",
	[RMI_ERROR_RTT] = "RMI_ERROR_RTT",
	[RMI_ERROR_NOT_SUPPORTED] = "RMI_ERROR_NOT_SUPPORTED",
	[RMI_ERROR_DEVICE] = "RMI_ERROR_DEVICE",
	[RMI_ERROR_RTT_AUX] = "RMI_ERROR_RTT_AUX",
	[RMI_ERROR_PSMMU_ST] = "RMI_ERROR_PSMMU_ST",
	[RMI_ERROR_DPT] = "RMI_ERROR_DPT",
	[RMI_BUSY] = "RMI_BUSY",
	[RMI_ERROR_GLOBAL] = "RMI_ERROR_GLOBAL",
	[RMI_ERROR_TRACKING] = "RMI_ERROR_TRACKING",
	[RMI_INCOMPLETE] = "RMI_INCOMPLETE",
	[RMI_BLOCKED] = "RMI_BLOCKED",
	[RMI_ERROR_GPT] = "RMI_ERROR_GPT",
	[RMI_ERROR_GRANULE] = "RMI_ERROR_GRANULE",
};

static const char *const rsi_status_names[] = {
	[RSI_SUCCESS] = "RSI_SUCCESS",
	[RSI_ERROR_INPUT] = "RSI_ERROR_INPUT",
	[RSI_ERROR_STATE] = "RSI_ERROR_STATE",
	[RSI_INCOMPLETE] = "RSI_INCOMPLETE",
	[RSI_ERROR_UNKNOWN] = "RSI_ERROR_UNKNOWN",
	[RSI_ERROR_DEVICE] = "RSI_ERROR_DEVICE",
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

const char *rmi_status_name(uint32_t status)
{
	return status < LENGTH(rmi_status_names) ? rmi_status_names[status] : NULL;
}

const char *rsi_status_name(uint32_t status)
{
	return status < LENGTH(rsi_status_names) ? rsi_status_names[status] : NULL;
}

#define ENUM_VALUE(type_, enumerator_, name_) \
	{#type_, #enumerator_, name_, (uint64_t)(int64_t)(enumerator_)},
static const struct smc_enum_value enum_values[] = {
#include "smc/enums.def"
};
#undef ENUM_VALUE

const struct smc_enum_value *smc_enum_at(size_t index)
{
	return index < LENGTH(enum_values) ? &enum_values[index] : NULL;
}

const char *smc_enum_name(const char *type, uint64_t value)
{
	for (size_t i = 0; i < LENGTH(enum_values); i++) {
		if (enum_values[i].value == value && strcmp(enum_values[i].type, type) == 0)
			return enum_values[i].name;
	}
	return NULL;
}

/* rmm-2.0.md#1 (1.1) */
static bool has_address(uint32_t status)
{
	return status == RMI_ERROR_TRACKING || status == RMI_ERROR_DPT || status == RMI_ERROR_GPT;
}

static const char *incomplete_text(uint64_t x0, char *buf, size_t size)
{
	const char *request =
		smc_enum_name("RmiMemRequest", RMMSIM_FIELD(x0, RMI_RESULT_MEM_REQUEST));

	snprintf(buf, size, "RMI_INCOMPLETE, request %s%s", request ? request : "3",
		 x0 & RMI_RESULT_CANCELLABLE ? ", may be cancelled" : "");
	return buf;
}

/* The names of RMI results carry an index, those of a level also when it is 0. rmi-abi.md#3 */
static const char *host_result_text(uint64_t x0, char *buf, size_t size)
{
	const char *name = rmi_status_name(smc_status_of(x0));
	uint32_t status = smc_status_of(x0);
	int index = (int8_t)smc_index_of(x0);

	if (status == RMI_INCOMPLETE && x0 <= 0xffff)
		return incomplete_text(x0, buf, size);
	if (has_address(status) && x0 >> 56 == 0 && x0 > 0xffff)
		snprintf(buf, size, "%s, index %d, address 0x%" PRIx64, name, index,
			 RMMSIM_FIELD(x0, RMI_RESULT_ADDRESS) << 12);
	else if (!name || x0 > 0xffff)
		snprintf(buf, size, "0x%" PRIx64 " (undefined)", x0);
	else if (index != 0 || status == RMI_ERROR_RTT || status == RMI_ERROR_RTT_AUX)
		snprintf(buf, size, "%s, index %d", name, index);
	else
		snprintf(buf, size, "%s", name);
	return buf;
}

static const char *realm_result_text(uint64_t x0, char *buf, size_t size)
{
	const char *psci = smc_enum_name("PsciReturnCode", x0);

	if (x0 < LENGTH(rsi_status_names))
		snprintf(buf, size, "%s", rsi_status_names[x0]);
	else if (psci)
		snprintf(buf, size, "PSCI_%s", psci);
	else
		snprintf(buf, size, "0x%" PRIx64 " (undefined)", x0);
	return buf;
}

const char *smc_result_text(enum smc_caller caller, uint64_t x0, char *buf, size_t size)
{
	if (x0 == SMCCC_NOT_SUPPORTED) {
		snprintf(buf, size, "SMCCC NOT_SUPPORTED (-1)");
		return buf;
	}
	return caller == SMC_FROM_HOST ? host_result_text(x0, buf, size)
				       : realm_result_text(x0, buf, size);
}

/* Text that grows at the end of a buffer and is cut where the buffer ends. */
struct text {
	char *buf;
	size_t size, used;
};

__attribute__((format(printf, 2, 3))) static void text_add(struct text *text, const char *format,
							   ...)
{
	va_list args;
	int length;

	if (text->used >= text->size)
		return;
	va_start(args, format);
	length = vsnprintf(text->buf + text->used, text->size - text->used, format, args);
	va_end(args);
	if (length > 0)
		text->used += (size_t)length;
}

static void text_add_value(struct text *text, const struct smc_value *value, uint64_t x)
{
	const char *name = value->kind == SMC_KIND_ENUM ? smc_enum_name(value->type, x) : NULL;

	text_add(text, "%s=", value->name);
	if (name)
		text_add(text, "%s", name);
	else if (value->kind == SMC_KIND_LEVEL)
		text_add(text, "%" PRId64, (int64_t)x);
	else if (value->kind == SMC_KIND_INDEX || value->kind == SMC_KIND_PLANE)
		text_add(text, "%" PRIu64, x);
	else if (value->kind == SMC_KIND_VERSION)
		text_add(text, "%" PRIu64 ".%" PRIu64, x >> 16, x & 0xffff);
	else
		text_add(text, "0x%" PRIx64, x);
}

const char *smc_call_text(const struct smc_command *command, const uint64_t *x, char *buf,
			  size_t size)
{
	struct text text = {.buf = buf, .size = size};

	text_add(&text, "%s(", command->name);
	for (unsigned int i = 0; i < command->inputs; i++) {
		if (i > 0)
			text_add(&text, ", ");
		text_add_value(&text, &command->in[i], x[i]);
	}
	text_add(&text, ")");
	return buf;
}
