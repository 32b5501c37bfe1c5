/* SPDX-License-Identifier: BSD-3-Clause */
/* Reference values: claims that a token has to have, as `rmmsim token make` writes them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/token.h"

/* What says who and what the platform and the Realm are; keys and profiles are the token's own business. */
static const struct {
	const char *part, *claim;
} references[] = {
	{"platform", "implementation ID"},
	{"platform", "instance ID"},
	{"platform", "config"},
	{"platform", "lifecycle"},
	{"platform", "software components"},
	{"realm", "challenge"},
	{"realm", "personalization value"},
	{"realm", "hash algorithm"},
	{"realm", "initial measurement"},
	{"realm", "extensible measurements"},
	{"realm", "MEC policy"},
};

/* The claims of a part in what token_json() gives; NULL if they are not there. Borrowed. */
static json_t *claims_of(json_t *token, const char *part)
{
	json_t *member = NULL;
	char name[32];

	snprintf(name, sizeof(name), "%s token", part);
	member = json_object_get(json_object_get(token, "value"), name);
	if (json_is_array(member))
		member = json_array_get(member, 1);
	return json_object_get(json_object_get(member, "value"), "payload");
}

json_t *token_references(const uint8_t *bytes, size_t size)
{
	json_t *token = token_json(bytes, size, NULL);
	json_t *result = json_pack("{s:{},s:{}}", "platform", "realm");

	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		json_t *value =
			json_object_get(claims_of(token, references[i].part), references[i].claim);

		if (value)
			json_object_set(json_object_get(result, references[i].part),
					references[i].claim, value);
	}
	json_decref(token);
	return result;
}

static void differ(char *why, size_t size, const char *part, const char *claim, const char *how)
{
	const size_t length = strlen(why);

	snprintf(why + length, size - length, "%s%s of the %s %s", length ? "; " : "", claim, part,
		 how);
}

static void compare_part(json_t *wanted, json_t *claims, const char *part, char *why, size_t size)
{
	const char *claim;
	json_t *value;

	json_object_foreach(wanted, claim, value)
	{
		json_t *actual = json_object_get(claims, claim);

		if (!actual)
			differ(why, size, part, claim, "is missing");
		else if (!json_equal(actual, value))
			differ(why, size, part, claim, "is another");
	}
}

bool token_compare(const struct token_file *file, json_t *wanted, char *why, size_t size)
{
	json_t *token = token_json(file->bytes, file->size, NULL);

	why[0] = '\0';
	compare_part(json_object_get(wanted, "platform"), claims_of(token, "platform"), "platform",
		     why, size);
	compare_part(json_object_get(wanted, "realm"), claims_of(token, "realm"), "realm", why,
		     size);
	json_decref(token);
	return !why[0];
}

json_t *token_load_references(const char *path)
{
	json_error_t error;
	json_t *root = json_load_file(path, 0, &error);

	if (!root) {
		fprintf(stderr, "rmmsim token: %s: %s\n", path, error.text);
		return NULL;
	}
	if (json_is_object(json_object_get(root, "platform")) ||
	    json_is_object(json_object_get(root, "realm")))
		return root;
	fprintf(stderr, "rmmsim token: %s: has no claims of a \"platform\" or a \"realm\"\n", path);
	json_decref(root);
	return NULL;
}
