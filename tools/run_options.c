/* SPDX-License-Identifier: BSD-3-Clause */
#include "tools/tool.h"

#if RMMSIM_HAVE_UNICORN
/* The options of `rmmsim run`. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tools/run.h"

#define RAM_DEFAULT   (UINT64_C(64) << 20)
#define RAM_KERNEL    (UINT64_C(256) << 20)
#define RAM_MAX       (UINT64_C(1) << 38)
#define INSNS_DEFAULT (UINT64_C(1) << 31)
#define WIDTH_MIN     33
#define WIDTH_MAX     44 /* of the CPU: docs/realms.md */

static void print_help(void)
{
	printf("usage: rmmsim run [OPTION]... PAYLOAD\n"
	       "       rmmsim run [OPTION]... --kernel IMAGE\n"
	       "\n"
	       "Runs an AArch64 ELF file, a flat binary or a Linux kernel as a Realm: "
	       "docs/realms.md.\n"
	       "\n"
	       "  --kernel FILE     arm64 Image, or Image.gz\n"
	       "  --initrd FILE     its initramfs\n"
	       "  --append TEXT     its command line\n"
	       "  --dtb FILE        a device tree in place of the board's\n"
	       "  --dump-dtb FILE   save the device tree that the kernel gets\n"
	       "  --seed N          of what the device tree offers as randomness (default 0)\n"
	       "  --disk FILE[,rw]  a virtio disk, 4 at most; the file stays as it is without ,rw\n"
	       "  --rng             a virtio source of random numbers, which follow from --seed\n"
	       "  --virtio-console  a virtio console (hvc0) beside the UART\n"
	       "  --planes N        Planes, P0 included: 1 (default) to 4\n"
	       "  --tree-per-plane  each Plane has an RTT tree of its own (default)\n"
	       "  --shared-tree     all Planes share one tree\n"
	       "  --recs N          RECs: 1 (default) to 64; only the first is runnable\n"
	       "  --ram SIZE        bytes of RAM, with K, M or G (default 64M; kernel 256M)\n"
	       "  --ipa-width BITS  33, because RAM is at 2 GiB, to 44, where the CPU ends "
	       "(default 40)\n"
	       "  --load IPA        where a flat or position independent payload is loaded "
	       "(0x80000000)\n"
	       "  --no-relocate     leave relocations to the payload\n"
	       "  --host-call N=ANSWER\n"
	       "                    answer host call N with VALUE[,VALUE]... (numbers, U or "
	       "U+number), "
	       "@FILE\n"
	       "                    of such lines, print or exit\n"
	       "  --on-host-call CMD\n"
	       "                    ask a command: lines of JSON\n"
	       "  --shared FILE[@OFFSET]\n"
	       "                    content of shared memory\n"
	       "  --reject-ripas    refuse to change RIPAS\n"
	       "  --reject-s2ap     refuse to change permissions\n"
	       "  --hash NAME       sha256 (default) or sha512\n"
	       "  --rim             print the Realm Initial Measurement on stderr\n"
	       "  --trace FILE      record the Host's calls (rmm-trace/1)\n"
	       "  --token-out FILE  save the last attestation token that the Realm fetched\n"
	       "  --symbols FILE    names of addresses in messages: ELF with symbols, or "
	       "System.map\n"
	       "  --gdb[=PORT|PATH]\n"
	       "                    wait for gdb-multiarch on a port of localhost (1234), or a "
	       "Unix "
	       "socket\n"
	       "  --stats           print what the run did on stderr\n"
	       "  --trace-insn[=FILTER[,FILTER]...]\n"
	       "                    print every instruction on stderr, or those of P0, REC0, "
	       "LOW-HIGH\n"
	       "                    (hexadecimal) or a symbol; branches, exceptions: only jumps\n"
	       "  --max-insns N     give up after N instructions (default 2^31; kernel none)\n"
	       "\n"
	       "exit status: 0 SYSTEM_OFF, 4 SYSTEM_RESET, 1 the Realm got stuck, 2 wrong usage "
	       "or\n"
	       "payload, 3 internal error; host call 0x100 ends the run with its first register\n");
}

static unsigned int suffix_shift(char suffix)
{
	switch (suffix) {
	case 'G':
	case 'g':
		return 30;
	case 'M':
	case 'm':
		return 20;
	case 'K':
	case 'k':
		return 10;
	default:
		return 0;
	}
}

static bool parse_number(const char *text, uint64_t *value)
{
	unsigned int shift;
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	if (errno || end == text || strchr(text, '-'))
		return false;
	shift = suffix_shift(*end);
	if (*value > UINT64_MAX >> shift)
		return false;
	*value <<= shift;
	return !end[shift ? 1 : 0];
}

static bool parse_option(struct run_options *o, int option, const char *text)
{
	uint64_t number = 0;

	if (strchr("prmwlne", option) && !parse_number(text, &number))
		return false;
	switch (option) {
	case 'p':
		o->planes = (unsigned int)number;
		return number >= 1 && number <= RUN_MAX_PLANES;
	case 'r':
		o->recs = (unsigned int)number;
		return number >= 1 && number <= RUN_MAX_RECS;
	case 'm':
		o->ram = number;
		return number && number % RUN_PAGE == 0 && number <= RAM_MAX;
	case 'w':
		o->width = (unsigned int)number;
		return number >= WIDTH_MIN && number <= WIDTH_MAX;
	case 'l':
		o->load = number;
		o->load_given = true;
		return true;
	case 'n':
		o->max_insns = number;
		return number != 0;
	case 'a':
		o->sha512 = !strcmp(text, "sha512");
		return o->sha512 || !strcmp(text, "sha256");
	case 't':
		o->trace = text;
		return true;
	case 'o':
		o->token_out = text;
		return true;
	case 'c':
		if (o->host_call_count == RUN_MAX_ANSWERS)
			return false;
		o->host_calls[o->host_call_count++] = text;
		return true;
	case 'H':
		o->on_host_call = text;
		return true;
	case 'M':
		o->shared = text;
		return true;
	case 'y':
		o->symbols = text;
		return true;
	case 'i':
		o->trace_insn = text ? text : "";
		return true;
	case 'g':
		o->gdb = text ? text : "";
		return true;
	case 'e':
		o->seed = number;
		return true;
	case 'k':
		o->kernel = text;
		return true;
	case 'I':
		o->initrd = text;
		return true;
	case 'A':
		o->append = text;
		return true;
	case 'K':
		if (o->disk_count == BOARD_MAX_DISKS)
			return false;
		o->disks[o->disk_count++] = text;
		return true;
	case 'd':
		o->dtb = text;
		return true;
	case 'D':
		o->dump_dtb = text;
		return true;
	default:
		o->shared_tree = option == 's' || (o->shared_tree && option != 'T');
		o->reject_ripas |= option == 'R';
		o->reject_s2ap |= option == 'S';
		o->no_relocate |= option == 'N';
		o->stats |= option == 'z';
		o->rim |= option == 'B';
		o->rng |= option == 'G';
		o->virtio_console |= option == 'V';
		return true;
	}
}

static const struct option long_options[] = {
	{"planes", required_argument, NULL, 'p'},
	{"tree-per-plane", no_argument, NULL, 'T'},
	{"shared-tree", no_argument, NULL, 's'},
	{"recs", required_argument, NULL, 'r'},
	{"ram", required_argument, NULL, 'm'},
	{"ipa-width", required_argument, NULL, 'w'},
	{"load", required_argument, NULL, 'l'},
	{"reject-ripas", no_argument, NULL, 'R'},
	{"reject-s2ap", no_argument, NULL, 'S'},
	{"hash", required_argument, NULL, 'a'},
	{"trace", required_argument, NULL, 't'},
	{"token-out", required_argument, NULL, 'o'},
	{"trace-insn", optional_argument, NULL, 'i'},
	{"max-insns", required_argument, NULL, 'n'},
	{"kernel", required_argument, NULL, 'k'},
	{"initrd", required_argument, NULL, 'I'},
	{"append", required_argument, NULL, 'A'},
	{"dtb", required_argument, NULL, 'd'},
	{"dump-dtb", required_argument, NULL, 'D'},
	{"disk", required_argument, NULL, 'K'},
	{"rim", no_argument, NULL, 'B'},
	{"rng", no_argument, NULL, 'G'},
	{"virtio-console", no_argument, NULL, 'V'},
	{"seed", required_argument, NULL, 'e'},
	{"host-call", required_argument, NULL, 'c'},
	{"on-host-call", required_argument, NULL, 'H'},
	{"shared", required_argument, NULL, 'M'},
	{"no-relocate", no_argument, NULL, 'N'},
	{"symbols", required_argument, NULL, 'y'},
	{"gdb", optional_argument, NULL, 'g'},
	{"stats", no_argument, NULL, 'z'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

/* What an option that refused its argument takes. */
static const char *wanted(int option)
{
	switch (option) {
	case 'p':
		return "1 to 4 Planes, P0 included";
	case 'r':
		return "1 to 64";
	case 'm':
		return "4K to 256G, a multiple of 4K";
	case 'w':
		return "33 to 44";
	case 'a':
		return "sha256 or sha512";
	case 'n':
		return "at least 1";
	case 'K':
		return "a file, 4 times at most";
	case 'c':
		return "N=ANSWER, 64 times at most";
	default:
		return "a number";
	}
}

static int refuse_argument(int option, const char *text)
{
	const struct option *o = long_options;

	while (o->name && o->val != option)
		o++;
	return tool_usage_error("run", "--%s cannot be '%s': it takes %s", o->name, text,
				wanted(option));
}

/* What was given has to go together. -1: it does. */
static int check_options(struct run_options *o, int left, char **rest)
{
	if (!left && !o->kernel)
		return tool_usage_error("run", "a payload is needed, or --kernel");
	if (left && o->kernel)
		return tool_usage_error("run", "--kernel or a payload, not both: what is '%s'?",
					rest[0]);
	if (left > 1)
		return tool_usage_error("run", "one payload is enough: what is '%s'?", rest[1]);
	if (!o->kernel && (o->initrd || o->append || o->dtb || o->dump_dtb))
		return tool_usage_error(
			"run", "--initrd, --append, --dtb and --dump-dtb are for --kernel");
	if (!o->ram)
		o->ram = o->kernel ? RAM_KERNEL : RAM_DEFAULT;
	if (!o->max_insns)
		o->max_insns = o->kernel ? UINT64_MAX : INSNS_DEFAULT;
	o->payload = o->kernel ? o->kernel : rest[0];
	if (RUN_RAM_BASE + o->ram > UINT64_C(1) << (o->width - 1))
		return tool_usage_error("run",
					"RAM does not fit below 2^%u: use a larger --ipa-width",
					o->width - 1);
	return -1;
}

int run_read_options(int argc, char **argv, struct run_options *o)
{
	int option;

	*o = (struct run_options){
		.planes = 1,
		.recs = 1,
		.width = 40,
		.load = RUN_RAM_BASE,
	};
	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == 'h') {
			print_help();
			return tool_finish(TOOL_OK);
		}
		if (option == '?')
			return tool_usage_error("run", "wrong option");
		if (!parse_option(o, option, optarg))
			return refuse_argument(option, optarg);
	}
	return check_options(o, argc - optind, argv + optind);
}

#endif
