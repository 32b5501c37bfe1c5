/* SPDX-License-Identifier: BSD-3-Clause */
/* `rmmsim token make`: tokens to order, for those who write verifiers. */
#include "tools/token.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/tool.h"

#define PATH_MAX_LENGTH 4096

/* --- files ------------------------------------------------------------------------------------------ */

static bool write_file(const char *directory, const char *name, const void *bytes, size_t size)
{
	char path[PATH_MAX_LENGTH];
	FILE *file;
	bool good;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "wb");
	good = file && fwrite(bytes, 1, size, file) == size;
	if (file && fclose(file))
		good = false;
	if (!good)
		fprintf(stderr, "rmmsim token: cannot write %s: %s\n", path, strerror(errno));
	return good;
}

static bool write_text(const char *directory, const char *name, const char *text)
{
	return write_file(directory, name, text, strlen(text));
}

static bool write_json(const char *directory, const char *name, json_t *object)
{
	char *text = json_dumps(object, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	bool good = text && write_text(directory, name, text);

	free(text);
	json_decref(object);
	return good;
}

static bool make_directory(const char *path)
{
	if (!mkdir(path, 0777) || errno == EEXIST)
		return true;
	fprintf(stderr, "rmmsim token: cannot make the directory %s: %s\n", path, strerror(errno));
	return false;
}

/* --- one token ---------------------------------------------------------------------------------------- */

static const char *caught_by(const char *name)
{
	struct rmmsim_token_defect defect;

	for (size_t i = 0; name && rmmsim_token_defect_at(i, &defect) == RMMSIM_OK; i++) {
		if (!strcmp(defect.name, name))
			return defect.caught_by;
	}
	return NULL;
}

static bool write_keys(const char *directory, const struct rmmsim_made_token *made)
{
	return write_text(directory, "platform-key.pem", made->platform_key) &&
	       write_text(directory, "platform-private.pem", made->platform_private_key) &&
	       write_text(directory, "realm-private.pem", made->realm_private_key);
}

/* The reference values are those of the token without the defect. */
static json_t *describe(const struct rmmsim_token_recipe *recipe)
{
	struct rmmsim_token_recipe good = *recipe;
	struct rmmsim_made_token made;
	const char *profile, *text;
	json_t *object;

	good.defect = NULL;
	if (rmmsim_token_make(&good, &made, NULL) != RMMSIM_OK)
		return NULL;
	rmmsim_token_profile_at(0, &profile, &text);
	object = token_references(made.token, made.size);
	json_object_set_new(object, "profile",
			    json_string(recipe->profile ? recipe->profile : profile));
	if (recipe->defect) {
		json_object_set_new(object, "defect", json_string(recipe->defect));
		json_object_set_new(object, "caught_by", json_string(caught_by(recipe->defect)));
	}
	return object;
}

static int make_one(const struct rmmsim_token_recipe *recipe, const char *directory)
{
	struct rmmsim_made_token made;
	struct rmmsim_error error;

	if (rmmsim_token_make(recipe, &made, &error) != RMMSIM_OK)
		return tool_usage_error("token", "%s; `rmmsim token make --list` has the names",
					error.text);
	if (!make_directory(directory))
		return TOOL_USAGE;
	if (!write_file(directory, "token.cbor", made.token, made.size) ||
	    !write_keys(directory, &made) ||
	    !write_json(directory, "reference.json", describe(recipe)))
		return TOOL_INTERNAL;
	printf("%s: token.cbor (%zu bytes), platform-key.pem, platform-private.pem, "
	       "realm-private.pem, reference.json\n",
	       directory, made.size);
	return tool_finish(TOOL_OK);
}

/* --- all tokens ----------------------------------------------------------------------------------------- */

/* One file and its line of the manifest; true also where the profile cannot have the defect. */
static bool make_another(struct rmmsim_token_recipe *recipe, const char *directory,
			 const char *profile, const char *defect, json_t *manifest)
{
	struct rmmsim_made_token made;
	char name[128];

	recipe->profile = profile;
	recipe->defect = defect;
	if (rmmsim_token_make(recipe, &made, NULL) != RMMSIM_OK)
		return true;
	snprintf(name, sizeof(name), "%s%s%s.cbor", profile, defect ? "-" : "",
		 defect ? defect : "");
	json_array_append_new(manifest,
			      json_pack("{s:s,s:s,s:s*,s:s*}", "file", name, "profile", profile,
					"defect", defect, "caught_by", caught_by(defect)));
	if (!defect) {
		char reference[160];

		snprintf(reference, sizeof(reference), "%s.json", profile);
		if (!write_keys(directory, &made) ||
		    !write_json(directory, reference, describe(recipe)))
			return false;
	}
	return write_file(directory, name, made.token, made.size);
}

static int make_all(struct rmmsim_token_recipe *recipe, const char *directory)
{
	json_t *manifest = json_array();
	struct rmmsim_token_defect defect;
	const char *profile, *text;
	size_t count;
	bool good = make_directory(directory);

	for (size_t p = 0; good && rmmsim_token_profile_at(p, &profile, &text) == RMMSIM_OK; p++) {
		good = make_another(recipe, directory, profile, NULL, manifest);
		for (size_t i = 0; good && rmmsim_token_defect_at(i, &defect) == RMMSIM_OK; i++)
			good = make_another(recipe, directory, profile, defect.name, manifest);
	}
	count = json_array_size(manifest);
	good = write_json(directory, "manifest.json", manifest) && good;
	if (!good)
		return TOOL_INTERNAL;
	printf("%s: %zu tokens, manifest.json, PROFILE.json with reference values, keys\n",
	       directory, count);
	return tool_finish(TOOL_OK);
}

/* --- names ------------------------------------------------------------------------------------------------ */

static int list_json(void)
{
	json_t *profiles = json_array(), *defects = json_array();
	struct rmmsim_token_defect defect;
	const char *profile, *text;

	for (size_t i = 0; rmmsim_token_profile_at(i, &profile, &text) == RMMSIM_OK; i++)
		json_array_append_new(profiles,
				      json_pack("{s:s,s:s}", "name", profile, "text", text));
	for (size_t i = 0; rmmsim_token_defect_at(i, &defect) == RMMSIM_OK; i++)
		json_array_append_new(defects,
				      json_pack("{s:s,s:s,s:s}", "name", defect.name, "text",
						defect.text, "caught_by", defect.caught_by));
	return tool_print_json(json_pack("{s:o,s:o}", "profiles", profiles, "defects", defects),
			       TOOL_OK);
}

static int list(bool json)
{
	struct rmmsim_token_defect defect;
	const char *profile, *text;

	if (json)
		return list_json();
	printf("profiles:\n");
	for (size_t i = 0; rmmsim_token_profile_at(i, &profile, &text) == RMMSIM_OK; i++)
		printf("  %-32s%s\n", profile, text);
	printf("defects, and the check that finds them:\n");
	for (size_t i = 0; rmmsim_token_defect_at(i, &defect) == RMMSIM_OK; i++)
		printf("  %-32s%-20s%s\n", defect.name, defect.caught_by, defect.text);
	return tool_finish(TOOL_OK);
}

/* --- arguments ---------------------------------------------------------------------------------------------- */

/* Hexadecimal digits of up to 64 bytes; shorter challenges are filled up with zeros, as guests do it. */
static bool read_challenge(const char *text, uint8_t challenge[64])
{
	const size_t length = strlen(text);
	unsigned int byte;

	memset(challenge, 0, 64);
	if (length % 2 || length > 128 || strspn(text, "0123456789abcdefABCDEF") != length)
		return false;
	for (size_t i = 0; i < length / 2; i++) {
		sscanf(text + 2 * i, "%2x", &byte);
		challenge[i] = (uint8_t)byte;
	}
	return true;
}

int token_make(const struct token_make *make)
{
	struct rmmsim_token_recipe recipe = {
		.size = sizeof(recipe),
		.profile = make->profile,
		.defect = make->defect,
		.algorithm = make->algorithm,
	};
	char *end;

	if (make->list)
		return list(make->json);
	if (!make->output)
		return tool_usage_error("token", "make needs --output DIR");
	for (unsigned int i = 0; i < sizeof(recipe.challenge); i++)
		recipe.challenge[i] = (uint8_t)i;
	if (make->challenge && !read_challenge(make->challenge, recipe.challenge))
		return tool_usage_error("token", "--challenge has up to 128 hexadecimal digits");
	if (make->hash && strcmp(make->hash, "sha-256") && strcmp(make->hash, "sha-512"))
		return tool_usage_error("token", "--hash is sha-256 or sha-512");
	recipe.sha_512 = make->hash && !strcmp(make->hash, "sha-512");
	if (make->seed) {
		recipe.seed = strtoull(make->seed, &end, 0);
		if (!make->seed[0] || *end)
			return tool_usage_error("token", "--seed needs a number");
	}
	if (make->all && (make->profile || make->defect))
		return tool_usage_error("token", "--all makes every profile and defect");
	return make->all ? make_all(&recipe, make->output) : make_one(&recipe, make->output);
}
