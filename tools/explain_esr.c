/* SPDX-License-Identifier: BSD-3-Clause */
/* Syndromes in words: the fields of ESR_EL2 and HPFAR_EL2 (Arm ARM, D24.2), and what of them a Host sees (rec.md#4.1). */
#include "tools/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct field {
	const char *name;
	unsigned int high, low;
	const char *(*text)(uint64_t value); /* NULL, or what it means */
};

static uint64_t bits(uint64_t word, unsigned int high, unsigned int low)
{
	return word >> low & ((UINT64_C(2) << (high - low)) - 1);
}

/* --- meanings of fields --------------------------------------------------------------------------- */

static const char *text_size(uint64_t value)
{
	static const char *const sizes[] = {"1 byte", "2 bytes", "4 bytes", "8 bytes"};

	return sizes[value];
}

static const char *text_write(uint64_t value)
{
	return value ? "a write" : "a read";
}

static const char *text_valid(uint64_t value)
{
	return value ? "bits 23:14 describe the access" : "bits 23:14 say nothing";
}

static const char *text_width(uint64_t value)
{
	return value ? "64-bit register" : "32-bit register";
}

static const char *text_walk(uint64_t value)
{
	return value ? "during a walk of the Realm's own stage 1" : NULL;
}

static const char *text_external(uint64_t value)
{
	return value ? "external abort type" : NULL;
}

static const char *text_set(uint64_t value)
{
	static const char *const kinds[] = {"UER, recoverable, of an external abort", NULL,
					    "UC, uncontainable", "UEO, restartable"};

	return kinds[value];
}

static const char *text_aet(uint64_t value)
{
	static const char *const kinds[] = {"UC: uncontainable",
					    "UEU: unrecoverable",
					    "UEO: restartable",
					    "UER: recoverable",
					    NULL,
					    NULL,
					    "CE: corrected",
					    NULL};

	return kinds[value];
}

static const char *text_trap(uint64_t value)
{
	static const char *const instructions[] = {"WFI", "WFE", "WFIT", "WFET"};

	return instructions[value];
}

static const char *text_direction(uint64_t value)
{
	return value ? "MRS: a read" : "MSR: a write";
}

/* Fault status codes: kinds that carry a level in the last two bits, then the others. */
static const char *text_fault(uint64_t value)
{
	static const struct {
		unsigned int code;
		const char *text;
	} faults[] = {
		{0x00, "address size fault, level 0"},
		{0x01, "address size fault, level 1"},
		{0x02, "address size fault, level 2"},
		{0x03, "address size fault, level 3"},
		{0x04, "translation fault, level 0"},
		{0x05, "translation fault, level 1"},
		{0x06, "translation fault, level 2"},
		{0x07, "translation fault, level 3"},
		{0x08, "access flag fault, level 0"},
		{0x09, "access flag fault, level 1"},
		{0x0a, "access flag fault, level 2"},
		{0x0b, "access flag fault, level 3"},
		{0x0c, "permission fault, level 0"},
		{0x0d, "permission fault, level 1"},
		{0x0e, "permission fault, level 2"},
		{0x0f, "permission fault, level 3"},
		{0x10, "synchronous external abort"},
		{0x11, "synchronous tag check fault, or an asynchronous SError"},
		{0x13, "synchronous external abort on a walk, level -1"},
		{0x14, "synchronous external abort on a walk, level 0"},
		{0x15, "synchronous external abort on a walk, level 1"},
		{0x16, "synchronous external abort on a walk, level 2"},
		{0x17, "synchronous external abort on a walk, level 3"},
		{0x21, "alignment fault"},
		{0x23, "granule protection fault on a walk, level -1"},
		{0x24, "granule protection fault on a walk, level 0"},
		{0x25, "granule protection fault on a walk, level 1"},
		{0x26, "granule protection fault on a walk, level 2"},
		{0x27, "granule protection fault on a walk, level 3"},
		{0x28, "granule protection fault"},
		{0x29, "address size fault, level -1"},
		{0x2b, "translation fault, level -1"},
		{0x30, "TLB conflict abort"},
		{0x31, "unsupported atomic update of hardware"},
		{0x35, "unsupported exclusive or atomic access"},
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		if (faults[i].code == value)
			return faults[i].text;
	}
	return "undefined";
}

/* --- exception classes ------------------------------------------------------------------------------ */

static const struct field data_abort[] = {
	{"ISV", 24, 24, text_valid}, {"SAS", 23, 22, text_size}, {"SSE", 21, 21, NULL},
	{"SRT", 20, 16, NULL},       {"SF", 15, 15, text_width}, {"AR", 14, 14, NULL},
	{"SET", 12, 11, text_set},   {"FnV", 10, 10, NULL},      {"EA", 9, 9, text_external},
	{"CM", 8, 8, NULL},          {"S1PTW", 7, 7, text_walk}, {"WnR", 6, 6, text_write},
	{"DFSC", 5, 0, text_fault},  {NULL, 0, 0, NULL},
};
static const struct field data_abort_without[] = {
	{"ISV", 24, 24, text_valid}, {"SET", 12, 11, text_set},  {"FnV", 10, 10, NULL},
	{"EA", 9, 9, text_external}, {"CM", 8, 8, NULL},         {"S1PTW", 7, 7, text_walk},
	{"WnR", 6, 6, text_write},   {"DFSC", 5, 0, text_fault}, {NULL, 0, 0, NULL},
};
static const struct field instruction_abort[] = {
	{"SET", 12, 11, text_set},  {"FnV", 10, 10, NULL},      {"EA", 9, 9, text_external},
	{"S1PTW", 7, 7, text_walk}, {"IFSC", 5, 0, text_fault}, {NULL, 0, 0, NULL},
};
static const struct field serror[] = {
	{"IDS", 24, 24, NULL},      {"AET", 12, 10, text_aet}, {"EA", 9, 9, text_external},
	{"DFSC", 5, 0, text_fault}, {NULL, 0, 0, NULL},
};
static const struct field wait[] = {
	{"CV", 24, 24, NULL}, {"COND", 23, 20, NULL},  {"RN", 9, 5, NULL},
	{"RV", 2, 2, NULL},   {"TI", 1, 0, text_trap}, {NULL, 0, 0, NULL},
};
static const struct field system_register[] = {
	{"Op0", 21, 20, NULL},
	{"Op2", 19, 17, NULL},
	{"Op1", 16, 14, NULL},
	{"CRn", 13, 10, NULL},
	{"Rt", 9, 5, NULL},
	{"CRm", 4, 1, NULL},
	{"Direction", 0, 0, text_direction},
	{NULL, 0, 0, NULL},
};
static const struct field immediate[] = {{"imm16", 15, 0, NULL}, {NULL, 0, 0, NULL}};
static const struct field none[] = {{NULL, 0, 0, NULL}};

static const struct class
{
	unsigned int ec;
	const char *text;
	const struct field *fields;
} classes[] = {
	{0x00, "unknown reason, as of an undefined instruction", none},
	{0x01, "trapped WFI, WFE, WFIT or WFET", wait},
	{0x07, "trapped access to SVE, Advanced SIMD or floating point", none},
	{0x09, "trapped pointer authentication", none},
	{0x0a, "trapped instruction without another class", none},
	{0x0d, "branch target exception", none},
	{0x0e, "illegal execution state", none},
	{0x15, "SVC", immediate},
	{0x16, "HVC", immediate},
	{0x17, "SMC", immediate},
	{0x18, "trapped MSR, MRS or system instruction", system_register},
	{0x19, "trapped access to SVE", none},
	{0x1c, "failure of a pointer's authentication", none},
	{0x1d, "trapped access to SME", none},
	{0x1e, "granule protection check", none},
	{0x20, "instruction abort from a lower exception level", instruction_abort},
	{0x21, "instruction abort from the same exception level", instruction_abort},
	{0x22, "PC alignment fault", none},
	{0x24, "data abort from a lower exception level", data_abort},
	{0x25, "data abort from the same exception level", data_abort},
	{0x26, "SP alignment fault", none},
	{0x2c, "trapped floating point exception", none},
	{0x2f, "SError interrupt", serror},
	{0x30, "breakpoint from a lower exception level", none},
	{0x31, "breakpoint from the same exception level", none},
	{0x32, "software step from a lower exception level", none},
	{0x33, "software step from the same exception level", none},
	{0x34, "watchpoint from a lower exception level", none},
	{0x35, "watchpoint from the same exception level", none},
	{0x3c, "BRK", immediate},
};

static const struct class *class_of(uint64_t ec)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (classes[i].ec == ec)
			return &classes[i];
	}
	return NULL;
}

#define EC_SYSTEM_REGISTER  0x18
#define EC_DATA_ABORT_LOWER 0x24
#define ESR_ISV             (UINT64_C(1) << 24)

/* --- output ------------------------------------------------------------------------------------------- */

static void print_field(const struct field *field, uint64_t value)
{
	const char *text = field->text ? field->text(value) : NULL;

	printf("  %-10s0x%" PRIx64 "%s%s\n", field->name, value, text ? ": " : "",
	       text ? text : "");
}

static json_t *field_json(const struct field *field, uint64_t value)
{
	return json_pack("{s:s,s:I,s:I,s:I,s:s*}", "name", field->name, "high",
			 (json_int_t)field->high, "low", (json_int_t)field->low, "value",
			 (json_int_t)value, "text", field->text ? field->text(value) : NULL);
}

static const struct field *fields_of(const struct class *class, uint64_t esr)
{
	if (!class)
		return none;
	if (class->fields == data_abort && !(esr & ESR_ISV))
		return data_abort_without;
	return class->fields;
}

static json_t *esr_json(uint64_t esr, const struct class *class)
{
	json_t *fields = json_array();
	char value[24];

	for (const struct field *field = fields_of(class, esr); field->name; field++)
		json_array_append_new(fields,
				      field_json(field, bits(esr, field->high, field->low)));
	snprintf(value, sizeof(value), "0x%" PRIx64, esr);
	return json_pack("{s:s,s:s,s:I,s:s,s:I,s:o}", "is", "esr", "value", value, "EC",
			 (json_int_t)bits(esr, 31, 26), "text", class ? class->text : "undefined",
			 "IL", (json_int_t)bits(esr, 25, 25), "fields", fields);
}

/* What the Host may do with a data abort depends on ISV: rec.md#3 */
static const char *advice(uint64_t esr)
{
	if (bits(esr, 31, 26) != EC_DATA_ABORT_LOWER)
		return NULL;
	return esr & ESR_ISV
		       ? "emulatable: the Host may answer with the flag emul_mmio and, for a read, "
			 "gprs[0]"
		       : "not emulatable: the Host maps memory there or injects an abort (flag "
			 "inject_sea)";
}

/* Those whose writes leave to the Host: rec.md#5 */
static const char *register_name(uint64_t esr)
{
	static const struct {
		unsigned int crn, crm, op2;
		const char *name;
	} icc[] = {
		{12, 11, 1, "ICC_DIR_EL1"},
		{12, 11, 5, "ICC_SGI1R_EL1"},
		{12, 11, 6, "ICC_ASGI1R_EL1"},
		{12, 11, 7, "ICC_SGI0R_EL1"},
	};

	if (bits(esr, 21, 20) != 3 || bits(esr, 16, 14) != 0)
		return "";
	for (size_t i = 0; i < sizeof(icc) / sizeof(icc[0]); i++) {
		if (icc[i].crn == bits(esr, 13, 10) && icc[i].crm == bits(esr, 4, 1) &&
		    icc[i].op2 == bits(esr, 19, 17))
			return icc[i].name;
	}
	return "";
}

static void print_register(uint64_t esr)
{
	printf("  %-10sS%" PRIu64 "_%" PRIu64 "_C%" PRIu64 "_C%" PRIu64 "_%" PRIu64 " %s\n",
	       "register", bits(esr, 21, 20), bits(esr, 16, 14), bits(esr, 13, 10), bits(esr, 4, 1),
	       bits(esr, 19, 17), register_name(esr));
}

void explain_esr(struct output *output, uint64_t esr)
{
	const struct class *class = class_of(bits(esr, 31, 26));

	output->found++;
	if (output->list) {
		json_array_append_new(output->list, esr_json(esr, class));
		return;
	}
	printf("esr 0x%" PRIx64 ": %s\n", esr, class ? class->text : "undefined class");
	printf("  %-10s0x%" PRIx64 "\n", "EC", bits(esr, 31, 26));
	printf("  %-10s0x%" PRIx64 ": %s\n", "IL", bits(esr, 25, 25),
	       esr >> 25 & 1 ? "32-bit instruction, or no instruction is to blame"
			     : "0, also where the monitor hides it from the Host");
	for (const struct field *field = fields_of(class, esr); field->name; field++)
		print_field(field, bits(esr, field->high, field->low));
	if (bits(esr, 31, 26) == EC_SYSTEM_REGISTER)
		print_register(esr);
	if (advice(esr))
		printf("  of a REC exit: %s [rec.md#4]\n", advice(esr));
	printf("  A Host sees only some of the fields [rec.md#4.1]\n");
}

#define HPFAR_FIPA UINT64_C(0x00000ffffffffff0)

/* FIPA is the IPA from bit 12 up, in bits 43:4; bit 63 says Non-secure. */
void explain_hpfar(struct output *output, uint64_t hpfar)
{
	const uint64_t ipa = (hpfar & HPFAR_FIPA) << 8;
	char text[24], value[24];

	output->found++;
	snprintf(text, sizeof(text), "0x%" PRIx64, ipa);
	snprintf(value, sizeof(value), "0x%" PRIx64, hpfar);
	if (output->list)
		json_array_append_new(output->list,
				      json_pack("{s:s,s:s,s:s,s:b}", "is", "hpfar", "value", value,
						"ipa", text, "ns", (int)(hpfar >> 63)));
	else
		printf("hpfar %s: page at IPA %s%s\n  The offset in the page is in far, where the "
		       "Host may know it [rec.md#4.1]\n",
		       value, text, hpfar >> 63 ? ", Non-secure" : "");
}
