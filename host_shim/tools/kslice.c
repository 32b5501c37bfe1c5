/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kslice: takes named functions out of a C file, for a build that cannot compile the whole of it.
 * host-shim.md#9
 *
 *	kslice INPUT OUTPUT [-i HEADER]... [-a HEADER] [-e EXPORTED]... [-k ELSEWHERE]... [-p PROFILE] FUNCTION...
 *
 * A function starts at the last line with text in column 0 before its name that is not the end of a
 * comment or of a body, and ends at the first } in column 0. #line keeps positions.
 * Static functions of the file that the taken ones use come along, without being named, but for those that
 * are found ELSEWHERE.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAMES 128

struct file {
	char *text;  /* as read, in lines */
	char *plain; /* the same with comments and literals blanked */
	char **line;
	char **plain_line;
	size_t lines;
};

struct slice {
	const char *input, *output, *profile;
	const char *function[MAX_NAMES], *export[MAX_NAMES], *header[MAX_NAMES];
	const char *elsewhere[MAX_NAMES];
	const char *after; /* header that sees the functions, or NULL */
	size_t functions, exports, headers, elsewheres;
};

/* Lines [first, last] of a function. */
struct place {
	const char *name;
	size_t first, last;
};

static void *must(void *p)
{
	if (p)
		return p;
	fprintf(stderr, "kslice: no memory\n");
	exit(2);
}

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text;
	long size;

	if (!file) {
		fprintf(stderr, "kslice: cannot read %s\n", path);
		exit(2);
	}
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	text = must(calloc((size_t)size + 2, 1));
	if (fread(text, 1, (size_t)size, file) != (size_t)size)
		fprintf(stderr, "kslice: %s is shorter than it was\n", path);
	fclose(file);
	return text;
}

/* --- blanking: what is in comments and literals is not code ---------------------------------------- */

static char *blank_until(char *at, const char *end)
{
	char *stop = strstr(at, end);

	stop = stop ? stop + strlen(end) : at + strlen(at);
	for (; at < stop; at++)
		if (*at != '\n')
			*at = ' ';
	return stop;
}

static char *blank_literal(char *at)
{
	const char quote = *at;

	for (at++; *at && *at != quote && *at != '\n'; at++) {
		const bool escaped = *at == '\\' && at[1] && at[1] != '\n';

		*at = ' ';
		if (escaped)
			*++at = ' ';
	}
	return *at ? at + 1 : at;
}

static void blank(char *text)
{
	char *at = text;

	while (*at) {
		if (at[0] == '/' && at[1] == '*')
			at = blank_until(at, "*/");
		else if (at[0] == '/' && at[1] == '/')
			at = blank_until(at, "\n") - 1;
		else if (*at == '"' || *at == '\'')
			at = blank_literal(at);
		else
			at++;
	}
}

static char **split(char *text, size_t *lines)
{
	char **line = NULL;
	size_t count = 0, room = 0;

	for (char *at = text; *at;) {
		char *end = strchr(at, '\n');

		if (count == room) {
			room = room ? room * 2 : 1024;
			line = must(realloc(line, room * sizeof(*line)));
		}
		line[count++] = at;
		if (!end)
			break;
		*end = '\0';
		at = end + 1;
	}
	*lines = count;
	return line;
}

static void load(struct file *file, const char *path)
{
	file->text = read_all(path);
	file->plain = must(strdup(file->text));
	blank(file->plain);
	file->line = split(file->text, &file->lines);
	file->plain_line = split(file->plain, &file->lines);
}

/* --- finding ----------------------------------------------------------------------------------------- */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static const char *find_word(const char *line, const char *word)
{
	const size_t n = strlen(word);

	for (const char *at = strstr(line, word); at; at = strstr(at + 1, word))
		if ((at == line || !is_word(at[-1])) && !is_word(at[n]))
			return at;
	return NULL;
}

/* Text in column 0 that can begin a declaration. */
static bool begins(const char *line)
{
	return *line && !isspace((unsigned char)*line) && *line != '}' && *line != '#' &&
	       *line != '{' && *line != '*' && *line != '/';
}

static size_t first_line(const struct file *file, size_t at)
{
	/* A type on a line of its own, or a macro in front of the name, belongs to it. */
	while (!begins(file->plain_line[at]) && at > 0)
		at--;
	while (at > 0 && begins(file->plain_line[at - 1]) &&
	       !strchr(file->plain_line[at - 1], ';') && !strchr(file->plain_line[at - 1], ')') &&
	       !strchr(file->plain_line[at - 1], ':'))
		at--;
	return at;
}

/* The line of the { of the body; SIZE_MAX if this is a declaration or a call. */
static size_t body_of(const struct file *file, size_t at, const char *name)
{
	const char *p = find_word(file->plain_line[at], name) + strlen(name);
	int depth = 0;
	bool seen = false;

	for (size_t l = at; l < file->lines && l < at + 40; p = file->plain_line[++l]) {
		for (; *p; p++) {
			if (*p == '(') {
				depth++;
				seen = true;
			} else if (*p == ')') {
				depth--;
			} else if (*p == '{' && depth == 0 && seen) {
				return l;
			} else if (depth == 0 && (*p == ';' || *p == '=' ||
						  (!seen && !isspace((unsigned char)*p)))) {
				return (size_t)-1;
			}
		}
		if (l + 1 == file->lines)
			break;
	}
	return (size_t)-1;
}

static size_t last_line(const struct file *file, size_t body)
{
	for (size_t l = body; l < file->lines; l++)
		if (file->plain_line[l][0] == '}')
			return l;
	return file->lines - 1;
}

static bool find_function(const struct file *file, const char *name, size_t *first, size_t *last)
{
	for (size_t l = 0; l < file->lines; l++) {
		const char *at = find_word(file->plain_line[l], name);
		size_t body;

		/* A definition's name is in column 0 or after its type, never indented by a tab. */
		if (!at || file->plain_line[l][0] == '\t' || file->plain_line[l][0] == '#')
			continue;
		body = body_of(file, l, name);
		if (body == (size_t)-1)
			continue;
		*first = first_line(file, l);
		*last = last_line(file, body);
		return true;
	}
	return false;
}

/* --- writing ------------------------------------------------------------------------------------------ */

static bool contains(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

/* Without `static` and `inline`, which stand before the name. */
static void write_exported(FILE *out, const char *line)
{
	for (const char *at = line; *at;) {
		const bool start = at == line || !is_word(at[-1]);

		if (start && strncmp(at, "static", 6) == 0 && !is_word(at[6]))
			at += 6;
		else if (start && strncmp(at, "inline", 6) == 0 && !is_word(at[6]))
			at += 6;
		else
			fputc(*at++, out);
	}
	fputc('\n', out);
}

static size_t body_line(const struct file *file, const struct place *place)
{
	size_t l = place->first;

	while (l < place->last && !strchr(file->plain_line[l], '{'))
		l++;
	return l;
}

static void write_line(FILE *out, const char *line, bool exported)
{
	if (exported)
		write_exported(out, line);
	else
		fprintf(out, "%s\n", line);
}

/* A declaration, since the order of the definitions need not be that of their uses. */
static void write_declaration(FILE *out, const struct file *file, const struct slice *slice,
			      const struct place *place)
{
	const bool exported = contains(slice->export, slice->exports, place->name);
	const size_t body = body_line(file, place);
	char *brace = &file->plain_line[body][strcspn(file->plain_line[body], "{")];

	for (size_t l = place->first; l < body; l++)
		write_line(out, file->plain_line[l], exported);
	*brace = '\0';
	write_line(out, file->plain_line[body], exported);
	*brace = '{';
	fprintf(out, ";\n");
}

static void write_function(FILE *out, const struct file *file, const struct slice *slice,
			   const struct place *place)
{
	const bool exported = contains(slice->export, slice->exports, place->name);
	const size_t body = body_line(file, place);

	fprintf(out, "\n#line %zu \"%s\"\n", place->first + 1, slice->input);
	for (size_t l = place->first; l <= place->last; l++)
		write_line(out, file->line[l], exported && l <= body);
}

static void write_end(FILE *out, const struct slice *slice)
{
	if (!slice->after)
		return;
	fprintf(out, "\n#line 1 \"%s\"\n", slice->output);
	for (size_t i = 0; i < slice->functions; i++)
		fprintf(out, "#define SLICE_HAS_%s 1\n", slice->function[i]);
	fprintf(out, "#include <%s>\n", slice->after);
}

/* --- what the taken functions use --------------------------------------------------------------------- */

static bool is_static(const struct file *file, const struct place *place)
{
	for (size_t l = place->first; l <= place->last && !strchr(file->plain_line[l], '{'); l++)
		if (find_word(file->plain_line[l], "static"))
			return true;
	return false;
}

/* Adds the function `name` if it is a static one of the file and not there yet. */
static void follow(struct slice *slice, const struct file *file, const char *name)
{
	struct place place;

	if (slice->functions == MAX_NAMES || contains(slice->function, slice->functions, name) ||
	    contains(slice->elsewhere, slice->elsewheres, name) ||
	    !find_function(file, name, &place.first, &place.last) || !is_static(file, &place))
		return;
	slice->function[slice->functions++] = must(strdup(name));
}

static void follow_line(struct slice *slice, const struct file *file, const char *line)
{
	char name[128];

	for (const char *at = line; *at;) {
		size_t n = 0;

		while (is_word(at[n]))
			n++;
		if (n && n < sizeof(name) && !isdigit((unsigned char)*at)) {
			memcpy(name, at, n);
			name[n] = '\0';
			follow(slice, file, name);
		}
		at += n ? n : 1;
	}
}

static int by_line(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Where the functions are, in the order of the file; the list of functions grows on the way. */
static bool find_all(struct slice *slice, const struct file *file, struct place *place)
{
	bool complete = true;

	for (size_t i = 0; i < slice->functions; i++) {
		place[i] = (struct place){.name = slice->function[i], .first = 1, .last = 0};
		if (find_function(file, place[i].name, &place[i].first, &place[i].last)) {
			for (size_t l = place[i].first; l <= place[i].last; l++)
				follow_line(slice, file, file->plain_line[l]);
			continue;
		}
		fprintf(stderr,
			"kslice: %s has no function %s%s%s: name the functions of this version "
			"with FUNCTIONS\n",
			slice->input, place[i].name,
			slice->profile ? ", which the list of profile " : "",
			slice->profile ? slice->profile : "");
		complete = false;
	}
	qsort(place, slice->functions, sizeof(*place), by_line);
	return complete;
}

static bool parse(struct slice *slice, int argc, char **argv)
{
	if (argc < 4)
		return false;
	slice->input = argv[1];
	slice->output = argv[2];
	for (int i = 3; i < argc; i++) {
		const bool more = i + 1 < argc;

		if (strcmp(argv[i], "-a") == 0 && more)
			slice->after = argv[++i];
		else if (strcmp(argv[i], "-i") == 0 && more && slice->headers < MAX_NAMES)
			slice->header[slice->headers++] = argv[++i];
		else if (strcmp(argv[i], "-e") == 0 && more && slice->exports < MAX_NAMES)
			slice->export[slice->exports++] = argv[++i];
		else if (strcmp(argv[i], "-k") == 0 && more && slice->elsewheres < MAX_NAMES)
			slice->elsewhere[slice->elsewheres++] = argv[++i];
		else if (strcmp(argv[i], "-p") == 0 && more)
			slice->profile = argv[++i];
		else if (slice->functions < MAX_NAMES)
			slice->function[slice->functions++] = argv[i];
	}
	return slice->functions > 0;
}

static void usage(FILE *to)
{
	fputs("usage: kslice INPUT OUTPUT [-i HEADER]... [-a HEADER] [-e EXPORTED]... [-k "
	      "ELSEWHERE]... [-p PROFILE] FUNCTION...\n"
	      "Takes functions out of the C file INPUT, with the static ones that they use.\n"
	      "  -i  OUTPUT includes HEADER\n"
	      "  -a  OUTPUT ends with HEADER, for which SLICE_HAS_f is defined for each FUNCTION "
	      "f\n"
	      "  -e  EXPORTED loses its static\n"
	      "  -k  a static function that is found elsewhere does not come along\n"
	      "  -p  profile that complaints name\n",
	      to);
}

int main(int argc, char **argv)
{
	static struct place place[MAX_NAMES];
	static struct slice slice;
	static struct file file;
	FILE *out;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		usage(stdout);
		return 0;
	}
	if (!parse(&slice, argc, argv)) {
		usage(stderr);
		return 2;
	}
	load(&file, slice.input);
	if (!find_all(&slice, &file, place))
		return 1;
	out = fopen(slice.output, "w");
	if (!out) {
		fprintf(stderr, "kslice: cannot write %s\n", slice.output);
		return 2;
	}
	fprintf(out, "/* Generated from %s: not to be distributed. */\n", slice.input);
	for (size_t i = 0; i < slice.headers; i++)
		fprintf(out, "#include <%s>\n", slice.header[i]);
	for (size_t i = 0; i < slice.functions; i++)
		write_declaration(out, &file, &slice, &place[i]);
	for (size_t i = 0; i < slice.functions; i++)
		write_function(out, &file, &slice, &place[i]);
	write_end(out, &slice);
	if (fclose(out) == 0)
		return 0;
	fprintf(stderr, "kslice: cannot write %s\n", slice.output);
	remove(slice.output);
	return 2;
}
