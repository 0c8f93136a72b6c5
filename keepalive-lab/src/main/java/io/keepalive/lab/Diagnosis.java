package io.keepalive.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Says why a lab did not start, from the step that failed and the kernel's settings.
 *
 * @param proc where /proc is, so that a test can show another machine's
 */
record Diagnosis(Path proc) {

    private static final int CAP_SYS_ADMIN = 21;

    static Diagnosis ofThisMachine() {
        return new Diagnosis(Path.of("/proc"));
    }

    /** Whether this process may make namespaces without a user namespace around them: what root may. */
    boolean mayMakeNamespaces() {
        try (var lines = Files.lines(proc.resolve("self/status"))) {
            return lines.filter(line -> line.startsWith("CapEff:"))
                    .map(line -> line.substring("CapEff:".length()).trim())
                    .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) >> CAP_SYS_ADMIN & 1) == 1);
        } catch (IOException | NumberFormatException e) {
            return false;
        }
    }

    /**
     * What to do about it.
     *
     * @param step the step of router.sh that failed, or "unshare" when the script was never reached
     * @param rootless whether a user namespace was asked for
     */
    String advice(String step, boolean rootless) {
        if (rootless) {
            // Forbidden user namespaces fail early or late: AppArmor lets unshare succeed and takes the rights away.
            if (setting("kernel/apparmor_restrict_unprivileged_userns") == 1) {
                return "kernel.apparmor_restrict_unprivileged_userns=1 (the default since Ubuntu 24.04) forbids user"
                        + " namespaces: run as root, or allow them with:"
                        + " sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
            }
            if (setting("kernel/unprivileged_userns_clone") == 0) {
                return "kernel.unprivileged_userns_clone=0 forbids user namespaces: run as root, or allow them with:"
                        + " sudo sysctl -w kernel.unprivileged_userns_clone=1";
            }
            if (setting("user/max_user_namespaces") == 0) {
                return "user.max_user_namespaces=0 forbids user namespaces: run as root, or allow them with:"
                        + " sudo sysctl -w user.max_user_namespaces=10000";
            }
        }
        return switch (step) {
            case "nft" ->
                "the kernel lacks nf_tables with connection tracking and NAT, or its modules are not loaded:"
                        + " sudo modprobe -a nf_tables nft_ct nft_masq nft_chain_nat nft_reject_ipv4";
            case "conntrack" ->
                "the kernel lacks connection tracking (sudo modprobe nf_conntrack),"
                        + " or /proc/sys is read-only, as in a container without --privileged";
            case "hosts" ->
                "the kernel lacks network namespaces or virtual Ethernet (sudo modprobe veth),"
                        + " or this is a container without CAP_NET_ADMIN: start it with --privileged";
            default ->
                "namespaces are forbidden here; in a container: start it with --privileged"
                        + " (it needs CAP_SYS_ADMIN, CAP_NET_ADMIN and a writable /proc/sys)";
        };
    }

    /** A setting under /proc/sys, or -1 where this kernel has none of that name. */
    private long setting(String name) {
        try {
            return Long.parseLong(
                    Files.readString(proc.resolve("sys").resolve(name)).trim());
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }
}
