/* SPDX-License-Identifier: BSD-3-Clause */
/* The example of the README: a call is refused, and the library says why. */
#include <stdio.h>

#include <rmmsim/rmmsim.h>

int main(void)
{
	struct rmmsim_config config;
	struct rmmsim_error error;
	struct rmmsim_explanation why;
	struct rmmsim *sim;
	char text[4096];

	rmmsim_config_init(&config); /* 256 MiB of memory at 0x80000000, 4 PEs */
	if (rmmsim_create(&config, &sim, &error) != RMMSIM_OK) {
		fprintf(stderr, "%s\n", error.text);
		return 1;
	}

	/* The Host gives a page to Realm world, and then takes it for a Realm. */
	struct rmmsim_regs regs = {.x = {SMC_RMI_GRANULE_DELEGATE, 0x80001000}};
	rmmsim_smc(sim, 0, &regs);
	regs = (struct rmmsim_regs){.x = {SMC_RMI_REALM_ACTIVATE, 0x80001000}};
	rmmsim_smc(sim, 0, &regs);
	if (regs.x[0] != RMI_SUCCESS && rmmsim_explain(sim, 0, &why) == RMMSIM_OK) {
		rmmsim_explanation_text(&why, text, sizeof(text));
		fputs(text, stdout);
	}
	rmmsim_destroy(sim);
	return regs.x[0] != RMI_ERROR_INPUT;
}
