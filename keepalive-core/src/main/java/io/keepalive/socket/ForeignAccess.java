package io.keepalive.socket;

import io.keepalive.KeepAliveOption;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sockets that are not the JDK's, each behind an {@link SocketOptions}: the JDK's handles stand for the options. */
public final class ForeignAccess implements JdkSocket<SocketOptions> {
    public static final ForeignAccess INSTANCE = new ForeignAccess();

    private static final KeepAliveOption[] OPTIONS = KeepAliveOption.values();

    private ForeignAccess() {}

    private static KeepAliveOption optionOf(SocketOption<?> handle) {
        for (KeepAliveOption option : OPTIONS) {
            if (JdkSocketOptions.of(option) == handle) {
                return option;
            }
        }
        throw new AssertionError(handle);
    }

    @Override
    public boolean supports(SocketOptions socket, SocketOption<?> option) {
        return socket.whyMissing(optionOf(option)).isEmpty();
    }

    @Override
    public boolean shows(SocketOptions socket, SocketOption<?> option) {
        return supports(socket, option);
    }

    @Override
    public boolean isCheap(KeepAliveOption option) {
        return true;
    }

    @Override
    public String whyMissing(SocketOptions socket, KeepAliveOption option) {
        return socket.whyMissing(option);
    }

    @Override
    public <T> T get(SocketOptions socket, SocketOption<T> option) throws IOException {
        long value = socket.get(optionOf(option));
        return option.type().cast(option.type() == Boolean.class ? (Object) (value != 0) : (Object) (int) value);
    }

    @Override
    public <T> void set(SocketOptions socket, SocketOption<T> option, T value) throws IOException {
        socket.set(optionOf(option), value instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) value).longValue());
    }

    @Override
    public boolean isOpen(SocketOptions socket) {
        return socket.isOpen();
    }

    @Override
    public boolean isListener(SocketOptions socket) {
        return socket.isListener();
    }

    @Override
    public boolean isTcp(SocketOptions socket) {
        return true;
    }

    @Override
    public String describe(SocketOptions socket) {
        return socket.describe();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions(SocketOptions socket) {
        throw new UnsupportedOperationException("asked for one by one");
    }

    @Override
    public @Nullable SocketAddress localAddress(SocketOptions socket) {
        return null; // nothing is searched for
    }

    @Override
    public @Nullable SocketAddress peerAddress(SocketOptions socket) {
        return null;
    }
}
