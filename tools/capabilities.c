/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim capabilities: what the model can do, as JSON. */

#include <getopt.h>

#include <rmmsim/rmmsim.h>

#include "tools/rows.h"
#include "tools/tool.h"

static const char usage[] = "usage: rmmsim capabilities [--json]\n"
			    "\n"
			    "Prints as JSON: versions, profiles, quirks, engines, commands.\n"
			    "\n"
			    "  -j, --json  accepted: the output is always JSON\n"
			    "  -h, --help  print this text\n";

static json_t *profiles_json(void)
{
	const struct smc_profile *profile;
	json_t *profiles = json_array();

	for (size_t i = 0; (profile = smc_profile_at(i)); i++) {
		json_t *quirks = json_array();

		for (unsigned int n = 0; n < SMC_QUIRK_COUNT; n++) {
			if (smc_has_quirk(profile->quirks, n))
				json_array_append_new(quirks, json_string(smc_quirk_row(n)->name));
		}
		json_array_append_new(profiles,
				      json_pack("{s:s,s:s,s:s,s:o}", "name", profile->name, "text",
						profile->text, "revision",
						smc_revision(profile->revision)->name, "quirks",
						quirks));
	}
	return profiles;
}

static json_t *revisions_json(void)
{
	json_t *revisions = json_array();

	for (int i = 0; i < SMC_REVISION_COUNT; i++)
		json_array_append_new(revisions, json_string(smc_revision(i)->name));
	return revisions;
}

/* What can run a Realm, in this build of the command. */
static json_t *engines_json(void)
{
	json_t *engines = json_pack("[s,s,s]", "script", "replay", "sequence");

	if (tool_run_engine())
		json_array_append_new(engines, json_string(tool_run_engine()));
	return engines;
}

static json_t *capabilities(void)
{
	json_t *quirks = json_array(), *commands = json_array();

	for (unsigned int n = 0; n < SMC_QUIRK_COUNT; n++)
		json_array_append_new(quirks, rows_quirk_json(n));
	for (enum smc_command_id id = SMC_NONE + 1; id < SMC_COMMAND_COUNT; id++)
		json_array_append_new(commands, rows_command_json(id, false));
	return json_pack("{s:s,s:s,s:o,s:o,s:o,s:o,s:[s],s:s,s:o}", "version", rmmsim_version(),
			 "specification", "DEN0137 1.1-alp14", "revisions", revisions_json(),
			 "profiles", profiles_json(), "quirks", quirks, "engines", engines_json(),
			 "trace_formats", "rmm-trace/1", "hash", rmmsim_hash_library(), "commands",
			 commands);
}

int tool_capabilities(int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(usage, stdout);
			return tool_finish(TOOL_OK);
		}
		if (option != 'j')
			return tool_usage_error("capabilities", "wrong option");
	}
	if (optind < argc)
		return tool_usage_error("capabilities", "takes no arguments");
	return tool_print_json(capabilities(), TOOL_OK);
}
