/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Machines that run sequences, and states to start from: each is the script that reaches it. A start
 * that a machine refuses in part is as far as it got; that is a state too.
 */
#include "sequence/run.h"

#include "sequence/sequence.h"

struct machine_row {
	const char *name;
	void (*change)(struct rmmsim_config *config);
};

static void clear_field(struct rmmsim_config *config, unsigned int shift, unsigned int width)
{
	config->feature_register[0] &= ~(((UINT64_C(1) << width) - 1) << shift);
}

/* What is narrow in a small system: addresses, VMIDs, no LPA2, no MEC, no single tree for planes. */
static void make_small(struct rmmsim_config *config)
{
	config->pa_bits = 40;
	config->vmid_bits = 8;
	config->feature_register[1] = 0;
	clear_field(config, RMI_FEATURE0_LPA2_SHIFT, 1);
	clear_field(config, RMI_FEATURE0_RTT_PLANE_SHIFT, 2);
	clear_field(config, RMI_FEATURE0_RTT_S2AP_INDIRECT_SHIFT, 1);
	clear_field(config, RMI_FEATURE0_S2SZ_SHIFT, 8);
	config->feature_register[0] |= UINT64_C(40) << RMI_FEATURE0_S2SZ_SHIFT;
}

static void make_1_0(struct rmmsim_config *config)
{
	config->revision = "1.0";
}

static void make_tf_rmm(struct rmmsim_config *config)
{
	config->profile = "tf-rmm-0.8";
}

static const struct machine_row machines[] = {
	{"default", NULL},
	{"small", make_small},
	{"1.0", make_1_0},
	{"tf-rmm-0.8", make_tf_rmm},
};

const char *sequence_machine_name(unsigned int index)
{
	return index < sizeof(machines) / sizeof(machines[0]) ? machines[index].name : NULL;
}

void sequence_machine_config(unsigned int index, struct rmmsim_config *config)
{
	rmmsim_config_init(config);
	config->dram[0] = (struct rmmsim_range){SEQUENCE_DRAM,
						SEQUENCE_DRAM + SEQUENCE_GRANULES * SEQUENCE_PAGE};
	config->dev_ncoh[0] = (struct rmmsim_range){
		SEQUENCE_DEV, SEQUENCE_DEV + SEQUENCE_DEVICES * SEQUENCE_PAGE};
	/* The fewest that there can be: rmi-commands.md#5. A REC takes few calls. */
	config->rec_aux_count = 6;
	config->history = 0;
	/* Steps ask for each pointer that they store by. */
	config->host_pointers_end = true;
	if (machines[index].change)
		machines[index].change(config);
}

/* g1: the RD, g2: its root, g8..: data, g64..: Non-secure pages of the Host. */
#define REALM_NEW                                                                   \
	"times=56 RMI_GRANULE_DELEGATE addr=g1\n"                                   \
	"fill pa=g64 RmiRealmParams s2sz=39 num_bps=1 num_wps=1 vmid=1 rtt_base=g2" \
	"  rtt_level_start=1 rtt_num_start=1\n"                                     \
	"RMI_REALM_CREATE rd=g1 params_ptr=g64\n"
#define TABLES                                                   \
	"RMI_RTT_CREATE rd=g1 rtt=g3 ipa=0 level=2\n"            \
	"RMI_RTT_CREATE rd=g1 rtt=g4 ipa=0 level=3\n"            \
	"RMI_RTT_CREATE rd=g1 rtt=g5 ipa=0x4000000000 level=2\n" \
	"RMI_RTT_CREATE rd=g1 rtt=g6 ipa=0x4000000000 level=3\n"
#define CONTENT                                                         \
	"set pa=g65 Raw @0x0=0x1234 @0x800=0x5678\n"                    \
	"RMI_RTT_INIT_RIPAS rd=g1 base=0 top=0x6000\n"                  \
	"times=2 RMI_DATA_CREATE rd=g1 data=g8 ipa=0 src=g65 flags=1\n" \
	"times=4 RMI_DATA_CREATE_UNKNOWN rd=g1 data=g10 ipa=0x2000\n"
#define UNPROTECTED(desc) "RMI_RTT_MAP_UNPROTECTED rd=g1 ipa=0x4000000000 level=3 desc=" desc "\n"
#define RECS                                                                                 \
	"fill pa=g66 RmiRecParams flags=1 mpidr=0 pc=0x1000 num_aux=6 aux[0]=g21 aux[1]=g22" \
	" aux[2]=g23 aux[3]=g24 aux[4]=g25 aux[5]=g26\n"                                     \
	"RMI_REC_CREATE rd=g1 rec_ptr=g20 params_ptr=g66\n"                                  \
	"fill pa=g67 RmiRecParams flags=0 mpidr=1 pc=0x2000 num_aux=6 aux[0]=g28 aux[1]=g29" \
	" aux[2]=g30 aux[3]=g31 aux[4]=g32 aux[5]=g33\n"                                     \
	"RMI_REC_CREATE rd=g1 rec_ptr=g27 params_ptr=g67\n"                                  \
	"RMI_REALM_ACTIVATE rd=g1\n"                                                         \
	"fill pa=g68 RmiRecRun\n"
/* The run page of plane 1 is at IPA 0. */
#define PLANE_PAGE                                \
	"RMI_REC_ENTER rec_ptr=g20 run_ptr=g68\n" \
	"realm_set ipa=0 RsiPlaneRun enter.pc=0x3000 enter.pstate=0x3c5\n"
#define AUX_TABLES(tree, a, b)                                              \
	"RMI_RTT_AUX_CREATE rd=g1 rtt=" a " ipa=0 level=2 index=" tree "\n" \
	"RMI_RTT_AUX_CREATE rd=g1 rtt=" b " ipa=0 level=3 index=" tree "\n" \
	"times=3 RMI_RTT_AUX_MAP_PROTECTED rd=g1 ipa=0 index=" tree "\n"    \
	"RMI_RTT_AUX_MAP_UNPROTECTED rd=g1 ipa=0x4000000000 index=" tree "\n"

static const struct {
	const char *name, *script;
} starts[] = {
	{"boot", ""},
	{"new", REALM_NEW TABLES CONTENT UNPROTECTED("g70+0xd8")},
	{"active", REALM_NEW TABLES CONTENT UNPROTECTED("g70+0xd8") RECS},
	{"planes",
	 "times=56 RMI_GRANULE_DELEGATE addr=g1\n"
	 "fill pa=g64 RmiRealmParams s2sz=39 num_bps=1 num_wps=1 vmid=1 rtt_base=g2"
	 " rtt_level_start=1 rtt_num_start=1 num_aux_planes=2 flags1=1 aux_vmid[0]=2 aux_vmid[1]=3"
	 " aux_rtt_base[0]=g40 aux_rtt_base[1]=g41\n"
	 "RMI_REALM_CREATE rd=g1 params_ptr=g64\n" TABLES CONTENT UNPROTECTED("g70+0xd8")
		 AUX_TABLES("1", "g42", "g43") AUX_TABLES("2", "g44", "g45") RECS PLANE_PAGE},
	{"shared", "times=56 RMI_GRANULE_DELEGATE addr=g1\n"
		   "fill pa=g64 RmiRealmParams s2sz=39 num_bps=1 num_wps=1 vmid=1 rtt_base=g2"
		   " rtt_level_start=1 rtt_num_start=1 num_aux_planes=2 flags1=2 aux_vmid[0]=2"
		   " aux_vmid[1]=3\n"
		   "RMI_REALM_CREATE rd=g1 params_ptr=g64\n" TABLES CONTENT UNPROTECTED(
			   "0x8000080046058") RECS PLANE_PAGE},
	/* A level 2 block's worth of pages, not folded; a tree for plane 1 without a table there. */
	{"block", "times=56 RMI_GRANULE_DELEGATE addr=g1\n"
		  "times=512 RMI_GRANULE_DELEGATE addr=g512\n"
		  "fill pa=g64 RmiRealmParams s2sz=39 num_bps=1 num_wps=1 vmid=1 rtt_base=g2"
		  " rtt_level_start=1 rtt_num_start=1 num_aux_planes=1 flags1=1 aux_vmid[0]=2"
		  " aux_rtt_base[0]=g40\n"
		  "RMI_REALM_CREATE rd=g1 params_ptr=g64\n"
		  "RMI_RTT_CREATE rd=g1 rtt=g3 ipa=0 level=2\n"
		  "RMI_RTT_CREATE rd=g1 rtt=g4 ipa=0x200000 level=3\n"
		  "RMI_RTT_INIT_RIPAS rd=g1 base=0x200000 top=0x400000\n"
		  "times=512 RMI_DATA_CREATE_UNKNOWN rd=g1 data=g512 ipa=0x200000\n"
		  "RMI_RTT_AUX_CREATE rd=g1 rtt=g42 ipa=0 level=2 index=1\n"
		  "RMI_RTT_AUX_CREATE rd=g1 rtt=g43 ipa=0x200000 level=3 index=1\n" RECS},
};

_Static_assert(sizeof(starts) / sizeof(starts[0]) == SEQUENCE_STARTS, "sequence_run.h counts them");

const char *sequence_start_name(unsigned int index)
{
	return index < SEQUENCE_STARTS ? starts[index].name : NULL;
}

const char *sequence_start_script(unsigned int index)
{
	return starts[index].script;
}
