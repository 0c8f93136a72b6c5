package io.keepalive.internal.linux;

import io.keepalive.internal.JdkSocket;
import io.keepalive.internal.linux.DescriptorFinder.Purpose;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What Linux has for a socket and the JDK has not: {@code TCP_USER_TIMEOUT} and {@code TCP_INFO} of connections, and on
 * listeners the user timeout and {@code SO_KEEPALIVE}, which accepted sockets inherit.
 *
 * <p>On any other system no call is ever made; least of all on listeners: macOS probes a listener that has
 * {@code SO_KEEPALIVE} and closes it. Thread-safe.
 */
public final class LinuxSockets {
    /** Of this operating system and JVM. */
    public static final LinuxSockets SYSTEM =
            new LinuxSockets(System.getProperty("os.name", ""), LinuxSockets::bestTier, ForeignTier::isSilent);

    private final String osName;
    private final Supplier<SyscallTier> tiers;
    private final BooleanSupplier silent;
    private final DescriptorFinder finder = new DescriptorFinder();

    /** Found when first needed, since finding it may make the JVM print a warning. */
    private volatile @Nullable SyscallTier tier;

    /**
     * Makes one for a system.
     *
     * @param osName as in the system property os.name
     * @param tiers finds the way to make system calls; not called before one is needed
     * @param silent whether finding it makes the JVM print no warning
     */
    LinuxSockets(String osName, Supplier<SyscallTier> tiers, BooleanSupplier silent) {
        this.osName = osName;
        this.tiers = tiers;
        this.silent = silent;
    }

    /** What would make it available here; empty if it is. */
    public String remedy() {
        return switch (osFamily()) {
            case "Linux" -> tier().remedy();
            case "Mac" -> "macOS calls it TCP_RXT_CONNDROPTIME, which Java has no way to set";
            case "Windows" -> "Windows calls it TCP_MAXRT, which Java has no way to set";
            default -> "known on Linux only";
        };
    }

    /** Whether system calls can be made here. May make the JVM print a warning, once. */
    public boolean isAvailable() {
        return isLinux() && tier().isOpen();
    }

    /** Whether system calls can be made here without a warning of the JVM. */
    public boolean isSilentlyAvailable() {
        return isLinux() && isQuiet() && tier().isOpen();
    }

    private boolean isLinux() {
        return osFamily().equals("Linux");
    }

    /** Whether a system call makes the JVM print no warning. */
    private boolean isQuiet() {
        return tier != null || silent.getAsBoolean();
    }

    /** Reads an option. An unconnected socket is found only if it was written before, since a search would mark it. */
    public <S> int get(JdkSocket<S> family, S socket, RawOption option) throws IOException {
        return call(
                family,
                socket,
                Purpose.LOOK,
                (calls, duplicate) -> calls.get(duplicate, option.level(), option.number()));
    }

    /** Writes an option. */
    public <S> void set(JdkSocket<S> family, S socket, RawOption option, int value) throws IOException {
        call(family, socket, Purpose.WRITE, (calls, duplicate) -> {
            calls.set(duplicate, option.level(), option.number(), value);
            return value;
        });
    }

    /** {@code TCP_INFO} as the kernel returns it; empty where it is not available. */
    public <S> Optional<byte[]> info(JdkSocket<S> family, S socket) {
        if (!isLinux()
                || family.isListener(socket)
                || !family.isOpen(socket)
                || !family.isTcp(socket)
                || !tier().isOpen()) {
            return Optional.empty();
        }
        try {
            return Optional.of(call(family, socket, Purpose.READ, Syscalls::info));
        } catch (IOException e) {
            // Closed meanwhile, or not found.
            return Optional.empty();
        }
    }

    /** {@code TCP_INFO} if it can be read without a warning of the JVM. */
    public <S> Optional<byte[]> quietInfo(JdkSocket<S> family, S socket) {
        return isLinux() && isQuiet() ? info(family, socket) : Optional.empty();
    }

    private interface Call<R> {
        R on(Syscalls calls, int duplicate) throws IOException;
    }

    private <S, R> R call(JdkSocket<S> family, S socket, Purpose purpose, Call<R> call) throws IOException {
        Supplier<Syscalls> opener = tier().calls();
        if (opener == null) {
            throw new NoDescriptorException(remedy());
        }
        try (Syscalls calls = opener.get()) {
            int duplicate = finder.duplicateOf(calls, family, socket, purpose);
            try {
                return call.on(calls, duplicate);
            } finally {
                calls.release(duplicate);
            }
        }
    }

    private SyscallTier tier() {
        SyscallTier found = tier;
        if (found == null) {
            try {
                found = tiers.get();
            } catch (RuntimeException | LinkageError e) {
                found = SyscallTier.closed("no system call can be made here: " + e);
            }
            tier = found;
        }
        return found;
    }

    private String osFamily() {
        int space = osName.indexOf(' ');
        return space < 0 ? osName : osName.substring(0, space);
    }

    private static SyscallTier bestTier() {
        SyscallTier foreign = ForeignTier.find();
        if (foreign.isOpen()) {
            return foreign;
        }
        SyscallTier opened = JdkSyscalls.find();
        return opened.isOpen() ? opened : SyscallTier.closed(foreign.remedy() + ", or " + opened.remedy());
    }
}
