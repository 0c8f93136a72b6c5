package io.keepalive.socket;

import io.keepalive.KeepAliveOption;
import io.keepalive.internal.CarryingSocket;
import io.keepalive.internal.JdkKeepAliveOptions;
import io.keepalive.internal.JdkSocket;
import io.keepalive.internal.JdkSockets;
import io.keepalive.internal.linux.LinuxSockets;
import io.keepalive.internal.linux.NoDescriptorException;
import io.keepalive.internal.linux.RawOption;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The options of a JDK socket: those that the JDK offers, and on Linux those that only its descriptor has. The one place
 * where {@link SocketOption} meets {@link KeepAliveOption}.
 */
final class JdkSocketOptions<S> implements SocketOptions {
    /** Equal to no value of a socket: an unknown default counts as the program's choice. */
    static final long UNKNOWN_DEFAULT = -1;

    private static final String LISTENER_ADVICE = "a Java listener has no such option;"
            + " accept through SocketKeeper.server(), or apply the policy to each accepted socket";

    private final JdkSocket<S> family;
    private final S socket;
    private final LinuxSockets linux;

    JdkSocketOptions(JdkSocket<S> family, S socket, LinuxSockets linux) {
        this.family = family;
        this.socket = Objects.requireNonNull(socket, "socket");
        this.linux = linux;
    }

    static SocketOptions of(Socket socket) {
        return CarryingSocket.isOwnDescriptor(socket)
                ? new JdkSocketOptions<>(JdkSockets.SOCKET, socket, LinuxSockets.SYSTEM)
                : ofWrapped(socket);
    }

    private static SocketOptions ofWrapped(Socket socket) {
        CarryingSocket carrying = CarryingSocket.of(socket);
        return carrying.whyUnproven().isEmpty()
                ? new JdkSocketOptions<>(JdkSockets.SOCKET, carrying.socket(), LinuxSockets.SYSTEM)
                : new UnprovenSocketOptions(carrying);
    }

    static SocketOptions of(ServerSocket socket) {
        return new JdkSocketOptions<>(JdkSockets.SERVER_SOCKET, socket, LinuxSockets.SYSTEM);
    }

    static SocketOptions of(NetworkChannel channel) {
        return new JdkSocketOptions<>(JdkSockets.CHANNEL, channel, LinuxSockets.SYSTEM);
    }

    /** The JDK's option; null if the JDK, or this run-time image, has none. */
    static @Nullable SocketOption<?> handle(KeepAliveOption option) {
        return switch (option) {
            case SO_KEEPALIVE -> StandardSocketOptions.SO_KEEPALIVE;
            case TCP_KEEPIDLE -> JdkKeepAliveOptions.IDLE;
            case TCP_KEEPINTVL -> JdkKeepAliveOptions.INTERVAL;
            case TCP_KEEPCNT -> JdkKeepAliveOptions.COUNT;
            case TCP_USER_TIMEOUT -> null;
        };
    }

    /** The value that a new socket holds. Not cached: an administrator may change it while the program runs. */
    static long systemDefault(KeepAliveOption option) {
        if (option == KeepAliveOption.TCP_USER_TIMEOUT) {
            return 0; // no system has a setting for it
        }
        SocketOption<?> handle = handle(option);
        try (SocketChannel fresh = SocketChannel.open()) {
            return handle == null || !fresh.supportedOptions().contains(handle)
                    ? UNKNOWN_DEFAULT
                    : number(fresh.getOption(handle));
        } catch (IOException | RuntimeException | LinkageError e) {
            return UNKNOWN_DEFAULT; // no descriptor is free, or the option is not to be read here
        }
    }

    @Override
    public long get(KeepAliveOption option) throws IOException {
        RawOption raw = raw(option);
        if (raw != null) {
            return linux.get(family, socket, raw);
        }
        return number(family.get(socket, required(option)));
    }

    @Override
    public void set(KeepAliveOption option, long value) throws IOException {
        RawOption raw = raw(option);
        if (raw == null) {
            set(required(option), value);
            return;
        }
        try {
            linux.set(family, socket, raw, Math.toIntExact(value));
        } catch (NoDescriptorException e) {
            throw new UnsupportedOperationException(isSetOnAccept(option) ? LISTENER_ADVICE : e.getMessage(), e);
        }
    }

    @SuppressWarnings("unchecked") // the type of the option's values is compared
    private void set(SocketOption<?> handle, long value) throws IOException {
        if (handle.type() == Boolean.class) {
            family.set(socket, (SocketOption<Boolean>) handle, value != 0);
        } else {
            family.set(socket, (SocketOption<Integer>) handle, Math.toIntExact(value));
        }
    }

    /** The option that only the descriptor of this socket has; null if the JDK offers it. */
    private @Nullable RawOption raw(KeepAliveOption option) {
        if (option == KeepAliveOption.TCP_USER_TIMEOUT) {
            return family.isTcp(socket) ? RawOption.USER_TIMEOUT : null;
        }
        return isSetOnAccept(option) ? RawOption.KEEPALIVE : null;
    }

    @Override
    public String whyMissing(KeepAliveOption option) {
        SocketOption<?> handle = handle(option);
        if (handle != null && family.supportedOptions(socket).contains(handle)) {
            return "";
        }
        return raw(option) != null && linux.isAvailable() ? "" : explainMissing(option, handle);
    }

    private String explainMissing(KeepAliveOption option, @Nullable SocketOption<?> handle) {
        if (!family.isTcp(socket)) {
            return "not a TCP socket; Unix-domain and UDP sockets have no TCP keepalive";
        }
        return switch (option) {
            case SO_KEEPALIVE -> LISTENER_ADVICE;
            case TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT ->
                handle == null
                        ? "this Java run-time image lacks the module jdk.net;"
                                + " add it with jlink --add-modules jdk.net"
                        : "this JDK does not offer it on this system; update the JDK (Windows: 17.0.10, or 22),"
                                + " or set it for the whole system";
            case TCP_USER_TIMEOUT -> {
                String remedy = linux.remedy();
                yield "the JDK has no user timeout on its sockets" + (remedy.isEmpty() ? "" : "; " + remedy)
                        + "; on Linux net.ipv4.tcp_retries2=8 bounds"
                        + " unacknowledged data at about 100s for the whole system";
            }
        };
    }

    @Override
    public boolean isOpen() {
        return family.isOpen(socket);
    }

    /**
     * Whether the socket was connected and refuses as invalid even what it holds: a sandbox that forbids to set options
     * gives other errors, and a system that lacks an option takes others.
     */
    @Override
    public boolean isDead() {
        try {
            if (family.isListener(socket) || family.localAddress(socket) == null) {
                return false;
            }
            family.set(
                    socket, StandardSocketOptions.TCP_NODELAY, family.get(socket, StandardSocketOptions.TCP_NODELAY));
            return false;
        } catch (IOException e) {
            return "Invalid argument".equals(e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            return false;
        }
    }

    @Override
    public boolean isSetOnAccept(KeepAliveOption option) {
        return option == KeepAliveOption.SO_KEEPALIVE && family.isListener(socket) && family.isTcp(socket);
    }

    @Override
    public boolean isCheap(KeepAliveOption option) {
        // Reading it from the descriptor would require a search for the descriptor.
        return option != KeepAliveOption.TCP_USER_TIMEOUT;
    }

    @Override
    public boolean isInspectable(KeepAliveOption option) {
        return raw(option) == null || linux.isSilentlyAvailable();
    }

    @Override
    public String describe() {
        return family.describe(socket);
    }

    private static SocketOption<?> required(KeepAliveOption option) {
        SocketOption<?> handle = handle(option);
        if (handle == null) {
            throw new UnsupportedOperationException(option.name());
        }
        return handle;
    }

    private static long number(@Nullable Object value) {
        if (value instanceof Boolean flag) {
            return flag ? 1 : 0;
        }
        if (value instanceof Integer number) {
            return number;
        }
        throw new UnsupportedOperationException("the socket returned " + value);
    }
}
