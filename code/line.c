/* SPDX-License-Identifier: BSD-3-Clause */
/* From a code address to file and line: the line number programs of DWARF, section 6.2 of its standard. */
#include "code/line.h"

#include <string.h>

enum {
	COPY = 1,
	ADVANCE_PC,
	ADVANCE_LINE,
	SET_FILE,
	SET_COLUMN,
	NEGATE_STMT,
	SET_BASIC_BLOCK,
	CONST_ADD_PC,
	FIXED_ADVANCE_PC,
};
enum { END_SEQUENCE = 1, SET_ADDRESS = 2 };
enum { CONTENT_PATH = 1, CONTENT_DIRECTORY = 2 };
enum {
	FORM_DATA2 = 0x05,
	FORM_DATA4 = 0x06,
	FORM_DATA8 = 0x07,
	FORM_STRING = 0x08,
	FORM_BLOCK = 0x09,
	FORM_DATA1 = 0x0b,
	FORM_STRP = 0x0e,
	FORM_UDATA = 0x0f,
	FORM_DATA16 = 0x1e,
	FORM_LINE_STRP = 0x1f,
};

/* --- bytes ----------------------------------------------------------------------------------------------- */

/* Past its end it reads zeroes and is `bad`. */
struct reader {
	const uint8_t *at, *end;
	bool bad;
};

static uint64_t get(struct reader *r, unsigned int bytes)
{
	uint64_t value = 0;

	if ((size_t)(r->end - r->at) < bytes) {
		r->bad = true;
		r->at = r->end;
		return 0;
	}
	for (unsigned int i = 0; i < bytes && i < 8; i++)
		value |= (uint64_t)r->at[i] << (8 * i);
	r->at += bytes;
	return value;
}

static uint64_t get_leb(struct reader *r, bool is_signed)
{
	uint64_t value = 0;
	unsigned int shift = 0;
	uint8_t byte;

	do {
		byte = (uint8_t)get(r, 1);
		if (shift < 64)
			value |= (uint64_t)(byte & 0x7f) << shift;
		shift += 7;
	} while ((byte & 0x80) && !r->bad);
	if (is_signed && shift < 64 && (byte & 0x40))
		value |= -(UINT64_C(1) << shift);
	return value;
}

static const char *get_string(struct reader *r)
{
	const char *text = (const char *)r->at;
	const uint8_t *end = memchr(r->at, 0, (size_t)(r->end - r->at));

	if (!end) {
		r->bad = true;
		r->at = r->end;
		return "";
	}
	r->at = end + 1;
	return text;
}

static const char *string_at(const struct code_section *section, uint64_t offset)
{
	if (offset >= section->size || !memchr(section->at + offset, 0, section->size - offset))
		return "";
	return (const char *)section->at + offset;
}

/* --- headers --------------------------------------------------------------------------------------------- */

struct unit {
	const struct code_tables *tables;
	unsigned int version, offset_size;
	unsigned int instruction, base, range, opcode_base;
	int8_t line_base;
	const uint8_t *lengths;           /* of standard opcodes */
	struct reader directories, files; /* where the lists begin; in DWARF 5 their formats */
	uint64_t file_count;
	struct reader program;
};

/* A value of this form; its text where it has one. *number: its value where it is one. */
static const char *get_form(const struct unit *unit, struct reader *r, uint64_t form,
			    uint64_t *number)
{
	switch (form) {
	case FORM_STRING:
		return get_string(r);
	case FORM_STRP:
		return string_at(&unit->tables->strings, get(r, unit->offset_size));
	case FORM_LINE_STRP:
		return string_at(&unit->tables->line_strings, get(r, unit->offset_size));
	case FORM_DATA1:
		*number = get(r, 1);
		break;
	case FORM_DATA2:
		*number = get(r, 2);
		break;
	case FORM_DATA4:
		*number = get(r, 4);
		break;
	case FORM_DATA8:
		*number = get(r, 8);
		break;
	case FORM_DATA16:
		get(r, 16);
		break;
	case FORM_UDATA:
		*number = get_leb(r, false);
		break;
	case FORM_BLOCK:
		get(r, (unsigned int)get_leb(r, false));
		break;
	default:
		r->bad = true;
	}
	return NULL;
}

/*
 * A list of directories or files of DWARF 5: the path of entry `wanted`, NULL, and the number of its
 * directory; `r` stands behind the list.
 */
static const char *get_entries(const struct unit *unit, struct reader *r, uint64_t wanted,
			       uint64_t *directory)
{
	struct reader formats = *r;
	const unsigned int format_count = (unsigned int)get(r, 1);
	const char *path = NULL, *text;
	uint64_t count, number = 0;

	for (unsigned int i = 0; i < format_count; i++) {
		get_leb(r, false);
		get_leb(r, false);
	}
	count = get_leb(r, false);
	for (uint64_t n = 0; n < count && !r->bad; n++) {
		struct reader f = formats;

		get(&f, 1);
		for (unsigned int i = 0; i < format_count; i++) {
			const uint64_t content = get_leb(&f, false);

			text = get_form(unit, r, get_leb(&f, false), &number);
			if (n == wanted && content == CONTENT_PATH)
				path = text;
			if (n == wanted && content == CONTENT_DIRECTORY)
				*directory = number;
		}
	}
	return path;
}

/* The list of DWARF 2 to 4: entry 1 is the first. */
static const char *get_file(struct reader r, uint64_t wanted, uint64_t *directory)
{
	for (uint64_t n = 1; !r.bad; n++) {
		const char *name = get_string(&r);

		if (!*name)
			return NULL;
		*directory = get_leb(&r, false);
		if (n == wanted)
			return name;
		for (int i = 0; i < 2; i++)
			get_leb(&r, false);
	}
	return NULL;
}

/* Directory 0 of DWARF 2 to 4, that of the compilation, is not in the list. */
static const char *get_directory(struct reader r, uint64_t wanted)
{
	for (uint64_t n = 1; !r.bad && wanted; n++) {
		const char *name = get_string(&r);

		if (!*name || n == wanted)
			return *name ? name : NULL;
	}
	return NULL;
}

/* Without directories; *directory is that of its name or of the list, NULL if there is none. */
static const char *file_name(const struct unit *unit, uint64_t number, const char **directory)
{
	struct reader files = unit->files, directories = unit->directories;
	uint64_t in = 0, none;
	const char *name = unit->version >= 5 ? get_entries(unit, &files, number, &in)
					      : get_file(files, number, &in);
	const char *slash = name ? strrchr(name, '/') : NULL;

	*directory = unit->version >= 5 ? get_entries(unit, &directories, in, &none)
					: get_directory(directories, in);
	/* The name has its own: what is in front of the slash is not terminated, so it counts as absolute. */
	if (slash)
		*directory = NULL;
	return slash ? slash + 1 : name;
}

static void skip_directories(struct unit *unit, struct reader *r)
{
	uint64_t none;

	unit->directories = *r;
	if (unit->version >= 5) {
		get_entries(unit, r, UINT64_MAX, &none);
		return;
	}
	while (!r->bad && *get_string(r))
		;
}

/* The next unit of `all`; false at the end. */
static bool get_unit(struct reader *all, struct unit *unit)
{
	struct reader r;
	uint64_t length = get(all, 4), header;

	unit->offset_size = length == 0xffffffff ? 8 : 4;
	if (unit->offset_size == 8)
		length = get(all, 8);
	if (all->bad || length > (size_t)(all->end - all->at))
		return false;
	r = (struct reader){.at = all->at, .end = all->at + length};
	all->at = r.end;
	unit->version = (unsigned int)get(&r, 2);
	if (unit->version >= 5)
		get(&r, 2);
	header = get(&r, unit->offset_size);
	unit->program = r;
	if (header > (size_t)(r.end - r.at))
		return false;
	unit->program.at += header;
	unit->instruction = (unsigned int)get(&r, 1);
	get(&r, unit->version >= 4 ? 2 : 1); /* operations of an instruction, is_stmt */
	unit->line_base = (int8_t)get(&r, 1);
	unit->range = (unsigned int)get(&r, 1);
	unit->opcode_base = (unsigned int)get(&r, 1);
	unit->lengths = r.at;
	get(&r, unit->opcode_base ? unit->opcode_base - 1 : 0);
	skip_directories(unit, &r);
	unit->files = r;
	return true;
}

/* --- programs --------------------------------------------------------------------------------------------- */

struct row {
	uint64_t address, file;
	uint32_t line;
	bool valid;
};

static void start(struct row *now)
{
	*now = (struct row){.file = 1, .line = 1};
}

/* One more row; true: the address lies between the one before and it. */
static bool emit(struct row *before, struct row *now, uint64_t address)
{
	const bool found = before->valid && before->address <= address && address < now->address;

	if (found)
		return true;
	*before = *now;
	before->valid = true;
	return false;
}

static bool extended(struct reader *r, struct row *before, struct row *now, uint64_t address)
{
	const uint64_t length = get_leb(r, false);
	const uint8_t *next = r->at + length;
	bool found = false;

	if (!length || length > (size_t)(r->end - r->at)) {
		r->bad = true;
		return false;
	}
	switch (get(r, 1)) {
	case END_SEQUENCE:
		found = emit(before, now, address);
		if (!found) {
			before->valid = false;
			start(now);
		}
		break;
	case SET_ADDRESS:
		now->address = get(r, (unsigned int)length - 1);
		break;
	default:
		break;
	}
	r->at = next;
	return found;
}

static bool standard(const struct unit *unit, struct reader *r, unsigned int opcode,
		     struct row *before, struct row *now, uint64_t address)
{
	switch (opcode) {
	case COPY:
		return emit(before, now, address);
	case ADVANCE_PC:
		now->address += get_leb(r, false) * unit->instruction;
		break;
	case ADVANCE_LINE:
		now->line += (uint32_t)get_leb(r, true);
		break;
	case SET_FILE:
		now->file = get_leb(r, false);
		break;
	case CONST_ADD_PC:
		now->address += (255 - unit->opcode_base) / unit->range * unit->instruction;
		break;
	case FIXED_ADVANCE_PC:
		now->address += get(r, 2);
		break;
	default:
		for (unsigned int i = 0; i < unit->lengths[opcode - 1]; i++)
			get_leb(r, false);
	}
	return false;
}

static bool special(const struct unit *unit, unsigned int opcode, struct row *before,
		    struct row *now, uint64_t address)
{
	const unsigned int step = opcode - unit->opcode_base;

	now->address += step / unit->range * unit->instruction;
	now->line += (uint32_t)(unit->line_base + (int)(step % unit->range));
	return emit(before, now, address);
}

static bool run(const struct unit *unit, uint64_t address, struct row *before)
{
	struct reader r = unit->program;
	bool found = false;
	struct row now;

	before->valid = false;
	start(&now);
	while (!found && !r.bad && r.at < r.end && unit->range) {
		const unsigned int opcode = (unsigned int)get(&r, 1);

		if (opcode >= unit->opcode_base)
			found = special(unit, opcode, before, &now, address);
		else if (opcode)
			found = standard(unit, &r, opcode, before, &now, address);
		else
			found = extended(&r, before, &now, address);
	}
	return found;
}

bool code_place_of(const struct code_tables *tables, uint64_t address, const char **directory,
		   const char **file, unsigned int *line)
{
	struct reader all = {.at = tables->line.at, .end = tables->line.at + tables->line.size};
	struct unit unit = {.tables = tables};
	struct row row = {.line = 0};

	while (tables->line.size && all.at < all.end && get_unit(&all, &unit)) {
		if (unit.version < 2 || unit.version > 5 || !run(&unit, address, &row))
			continue;
		*file = file_name(&unit, row.file, directory);
		*line = row.line;
		return *file && row.line;
	}
	return false;
}

bool code_line_of(const struct code_tables *tables, uint64_t address, const char **file,
		  unsigned int *line)
{
	const char *directory;

	return code_place_of(tables, address, &directory, file, line);
}
