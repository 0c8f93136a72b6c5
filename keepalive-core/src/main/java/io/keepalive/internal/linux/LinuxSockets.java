package io.keepalive.internal.linux;

import io.keepalive.internal.linux.DescriptorFinder.Purpose;
import io.keepalive.loss.TcpInfo;
import io.keepalive.socket.JdkSocket;
import io.keepalive.socket.JdkSocketOptions;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
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

    /** Whether an option that was asked for can be had here. */
    public <S> boolean supports(JdkSocket<S> access, S socket, SocketOption<?> option) {
        return isNative(access, socket, option) && osFamily().equals("Linux") && tier().isOpen();
    }

    /** Whether an option that nobody asked for can be read without a warning of the JVM. */
    public <S> boolean shows(JdkSocket<S> access, S socket, SocketOption<?> option) {
        return isNative(access, socket, option) && osFamily().equals("Linux") && isQuiet() && tier().isOpen();
    }

    /** Whether a system call, if there is a way to make one, makes the JVM print no warning. */
    private boolean isQuiet() {
        return tier != null || silent.getAsBoolean();
    }

    /** Whether an option of this socket is one that only its descriptor has. */
    public static <S> boolean isNative(JdkSocket<S> access, S socket, SocketOption<?> option) {
        return (option == JdkSocketOptions.USER_TIMEOUT
                        || (option == StandardSocketOptions.SO_KEEPALIVE && access.isListener(socket)))
                && access.isTcp(socket);
    }

    /** Reads; an unconnected socket only if it was written before, since a search would have to mark it. */
    public <S> int get(JdkSocket<S> access, S socket, SocketOption<?> option) throws IOException {
        return call(
                access,
                socket,
                Purpose.LOOK,
                (calls, duplicate) -> calls.get(duplicate, level(option), number(option)));
    }

    /** Writes. */
    public <S> void set(JdkSocket<S> access, S socket, SocketOption<?> option, int value) throws IOException {
        call(access, socket, Purpose.WRITE, (calls, duplicate) -> {
            calls.set(duplicate, level(option), number(option), value);
            return value;
        });
    }

    /** {@code TCP_INFO}; empty where it can't be had. */
    public <S> Optional<TcpInfo> info(JdkSocket<S> access, S socket) {
        if (!osFamily().equals("Linux")
                || access.isListener(socket)
                || !access.isOpen(socket)
                || !access.isTcp(socket)
                || !tier().isOpen()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TcpInfo(call(access, socket, Purpose.READ, Syscalls::info)));
        } catch (IOException e) {
            // Closed meanwhile, or not found.
            return Optional.empty();
        }
    }

    /** {@code TCP_INFO} for who was not asked for it; empty also where the JVM would print a warning. */
    public <S> Optional<TcpInfo> quietInfo(JdkSocket<S> access, S socket) {
        return osFamily().equals("Linux") && isQuiet() ? info(access, socket) : Optional.empty();
    }

    private interface Call<R> {
        R on(Syscalls calls, int duplicate) throws IOException;
    }

    private <S, R> R call(JdkSocket<S> access, S socket, Purpose purpose, Call<R> call) throws IOException {
        Supplier<Syscalls> opener = tier().calls();
        if (opener == null) {
            throw new NoDescriptorException(remedy());
        }
        try (Syscalls calls = opener.get()) {
            int duplicate = finder.duplicateOf(calls, access, socket, purpose);
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
            found = tiers.get();
            tier = found;
        }
        return found;
    }

    private String osFamily() {
        int space = osName.indexOf(' ');
        return space < 0 ? osName : osName.substring(0, space);
    }

    private static int level(SocketOption<?> option) {
        return option == JdkSocketOptions.USER_TIMEOUT ? Linux.IPPROTO_TCP : Linux.SOL_SOCKET;
    }

    private static int number(SocketOption<?> option) {
        return option == JdkSocketOptions.USER_TIMEOUT ? Linux.TCP_USER_TIMEOUT : Linux.SO_KEEPALIVE;
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
