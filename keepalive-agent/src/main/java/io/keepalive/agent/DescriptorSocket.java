package io.keepalive.agent;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.internal.JdkKeepAliveOptions;
import io.keepalive.socket.SocketOptions;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket that is known by its descriptor only: inside the JDK's connect and accept, or in a native transport. The
 * caller keeps the descriptor open meanwhile; no number is searched for and none is proven.
 */
final class DescriptorSocket implements SocketOptions {
    private final FileDescriptor descriptor;
    private final String kind;

    /** Names a socket by its descriptor and the kind that reports show. */
    DescriptorSocket(FileDescriptor descriptor, String kind) {
        this.descriptor = Objects.requireNonNull(descriptor, "descriptor");
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** Names a socket by the number of its descriptor. */
    DescriptorSocket(int number, String kind) {
        this(JdkNet.descriptor(number), kind);
    }

    /** Names a socket by what a hook knows of it: its descriptor, or the number of that. */
    static DescriptorSocket of(Object descriptor, String kind) {
        return descriptor instanceof FileDescriptor known
                ? new DescriptorSocket(known, kind)
                : new DescriptorSocket((Integer) descriptor, kind);
    }

    /** The JDK's option; null if it has none. */
    static @Nullable SocketOption<?> handle(KeepAliveOption option) {
        return switch (option) {
            case SO_KEEPALIVE -> StandardSocketOptions.SO_KEEPALIVE;
            case TCP_KEEPIDLE -> JdkKeepAliveOptions.IDLE;
            case TCP_KEEPINTVL -> JdkKeepAliveOptions.INTERVAL;
            case TCP_KEEPCNT -> JdkKeepAliveOptions.COUNT;
            case TCP_USER_TIMEOUT -> null;
        };
    }

    /** Whether the policy requests a value for the option. */
    private static boolean isRequested(KeepAlive policy, KeepAliveOption option) {
        return switch (option) {
            case SO_KEEPALIVE -> true;
            case TCP_KEEPIDLE -> policy.idle().isPresent();
            case TCP_KEEPINTVL -> policy.interval().isPresent();
            case TCP_KEEPCNT -> policy.count().isPresent();
            case TCP_USER_TIMEOUT -> policy.userTimeout().isPresent();
        };
    }

    /** Whether it is a TCP socket: the JDK and Netty connect UDP sockets by the same calls. */
    boolean isTcp() {
        try {
            JdkNet.get(descriptor, StandardSocketOptions.TCP_NODELAY);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether every option that the policy requests has the value of a new socket; false if that is not known. */
    boolean isNew(KeepAlive policy) {
        for (KeepAliveOption option : KeepAliveOption.values()) {
            if (isRequested(policy, option) && !hasSystemDefault(option)) {
                return false;
            }
        }
        return true;
    }

    /** Whether every keepalive option has the value of a new socket; false if that is not known. */
    boolean isUntouched() {
        for (KeepAliveOption option : KeepAliveOption.values()) {
            if (!hasSystemDefault(option)) {
                return false;
            }
        }
        return true;
    }

    /** An option that new sockets lack can hold nobody's choice. */
    private boolean hasSystemDefault(KeepAliveOption option) {
        SystemDefaults defaults = SystemDefaults.get();
        if (defaults.lacks(option)) {
            return true;
        }
        Long fresh = defaults.value(option);
        try {
            return fresh != null && fresh == get(option);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Sets the options that the policy requests back to the values of a new socket. */
    void reset(KeepAlive policy) throws IOException {
        for (KeepAliveOption option : KeepAliveOption.values()) {
            Long fresh = SystemDefaults.get().value(option);
            if (isRequested(policy, option) && fresh != null) {
                set(option, fresh);
            }
        }
    }

    @Override
    public long get(KeepAliveOption option) throws IOException {
        SocketOption<?> handle = handle(option);
        if (handle == null) {
            return JdkNet.getLinuxTcp(descriptor, JdkNet.number(option));
        }
        Object value = JdkNet.get(descriptor, handle);
        return value instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) value).longValue();
    }

    @Override
    public void set(KeepAliveOption option, long value) throws IOException {
        SocketOption<?> handle = handle(option);
        if (handle == null) {
            JdkNet.setLinuxTcp(descriptor, JdkNet.number(option), (int) value);
        } else {
            JdkNet.set(descriptor, handle, handle.type() == Boolean.class ? (Object) (value != 0) : (int) value);
        }
    }

    @Override
    public String whyMissing(KeepAliveOption option) {
        if (!SystemDefaults.get().lacks(option)) {
            return "";
        }
        return option == KeepAliveOption.TCP_USER_TIMEOUT
                ? "known on Linux only"
                : "this JDK does not offer it on this system; update the JDK (Windows: 17.0.10, or 22),"
                        + " or set it for the whole system";
    }

    @Override
    public boolean isOpen() {
        return descriptor.valid();
    }

    /** The local address. */
    InetSocketAddress local() throws IOException {
        return JdkNet.local(descriptor);
    }

    /** The peer address; null if the socket is not connected. */
    @Nullable
    InetSocketAddress peer() {
        return JdkNet.peer(descriptor);
    }

    @Override
    public String describe() {
        return kind;
    }

    @Override
    public String toString() {
        return kind;
    }
}
