package io.keepalive.cli.keep;

import io.keepalive.cli.linux.Errno;
import io.keepalive.cli.linux.Rights;

/**
 * Why a socket could not be reached or set, and the remedy; each text is one line. Pure.
 *
 * @param isHarmless whether there is nothing left to keep
 */
record Refusal(String text, boolean isHarmless) {
    static final Refusal PROCESS_GONE = new Refusal("the process has ended meanwhile; nothing to do", true);
    static final Refusal CLOSED = new Refusal("the program has closed the connection meanwhile; nothing to do", true);

    /**
     * Of a failed pidfd_open or pidfd_getfd.
     *
     * @param uid whose socket it is
     */
    static Refusal of(int errno, String call, long uid, Rights rights) {
        return switch (errno) {
            case Errno.ESRCH -> PROCESS_GONE;
            case Errno.EBADF -> CLOSED;
            case Errno.ENOSYS ->
                new Refusal(
                        rights.isKernelAtLeast(5, 6)
                                ? call + ": a seccomp profile hides it (expected: docker run --cap-add SYS_PTRACE, or"
                                        + " --security-opt seccomp=unconfined)"
                                : "kernel: " + rights.kernel() + " (expected: 5.6 or newer, for pidfd_getfd)",
                        false);
            case Errno.EPERM, Errno.EACCES -> denied(call, uid, rights);
            case Errno.EMFILE ->
                new Refusal("descriptors: this process has no more (expected: a higher ulimit -n)", false);
            default -> new Refusal(call + ": " + Errno.text(errno), false);
        };
    }

    private static Refusal denied(String call, long uid, Rights rights) {
        if (!rights.canTrace() && uid != rights.uid()) {
            return anotherUsers(uid, rights);
        }
        if (rights.yamaScope() == 3) {
            return new Refusal(
                    "kernel.yama.ptrace_scope: 3, which forbids tracing until the next boot (expected: 0, 1 or 2)",
                    false);
        }
        if (!rights.canTrace() && rights.yamaScope() > 0) {
            return new Refusal(
                    "kernel.yama.ptrace_scope: " + rights.yamaScope()
                            + " (expected: 0, or CAP_SYS_PTRACE; run as root)",
                    false);
        }
        if (rights.isFiltered()) {
            return new Refusal(
                    call
                            + ": a seccomp profile forbids it (expected: docker run --cap-add SYS_PTRACE, or --security-opt"
                            + " seccomp=unconfined)",
                    false);
        }
        return new Refusal(
                rights.canTrace()
                        ? call + ": denied although this process has CAP_SYS_PTRACE; the other one is in another user"
                                + " namespace, or a security module protects it (expected: run on the host)"
                        : "the process is protected: it changed its user or may not be dumped (expected: CAP_SYS_PTRACE;"
                                + " run as root)",
                false);
    }

    /** Of a socket whose holder can't even be seen. */
    static Refusal anotherUsers(long uid, Rights rights) {
        return new Refusal(
                "another user's process (uid " + uid + ", this is " + rights.uid()
                        + "; expected: CAP_SYS_PTRACE; run as root)",
                false);
    }

    /** Of a socket whose holder can't be seen although this process may see all. */
    static Refusal unseen() {
        return new Refusal(
                "the process is not visible from here (expected: the same pid namespace: docker run --pid=host or"
                        + " --pid=container:NAME, in Kubernetes shareProcessNamespace: true)",
                false);
    }
}
