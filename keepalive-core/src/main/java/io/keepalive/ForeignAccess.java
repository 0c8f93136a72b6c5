package io.keepalive;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sockets that are not the JDK's, each behind an {@link OptionAccess}: the JDK's handles stand for the options. */
final class ForeignAccess implements SocketAccess<OptionAccess> {
    static final ForeignAccess INSTANCE = new ForeignAccess();

    private static final KeepAliveOption[] OPTIONS = KeepAliveOption.values();

    private ForeignAccess() {}

    private static KeepAliveOption optionOf(SocketOption<?> handle) {
        for (KeepAliveOption option : OPTIONS) {
            if (JdkOptions.of(option) == handle) {
                return option;
            }
        }
        throw new AssertionError(handle);
    }

    @Override
    public boolean supports(OptionAccess socket, SocketOption<?> option) {
        return socket.whyMissing(optionOf(option)).isEmpty();
    }

    @Override
    public boolean shows(OptionAccess socket, SocketOption<?> option) {
        return supports(socket, option);
    }

    @Override
    public boolean isCheap(KeepAliveOption option) {
        return true;
    }

    @Override
    public String whyMissing(OptionAccess socket, KeepAliveOption option) {
        return socket.whyMissing(option);
    }

    @Override
    public <T> T get(OptionAccess socket, SocketOption<T> option) throws IOException {
        long value = socket.get(optionOf(option));
        return option.type().cast(option.type() == Boolean.class ? (Object) (value != 0) : (Object) (int) value);
    }

    @Override
    public <T> void set(OptionAccess socket, SocketOption<T> option, T value) throws IOException {
        socket.set(optionOf(option), value instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) value).longValue());
    }

    @Override
    public boolean isOpen(OptionAccess socket) {
        return socket.isOpen();
    }

    @Override
    public boolean isListener(OptionAccess socket) {
        return socket.isListener();
    }

    @Override
    public boolean isTcp(OptionAccess socket) {
        return true;
    }

    @Override
    public String describe(OptionAccess socket) {
        return socket.describe();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions(OptionAccess socket) {
        throw new UnsupportedOperationException("asked for one by one");
    }

    @Override
    public @Nullable SocketAddress localAddress(OptionAccess socket) {
        return null; // nothing is searched for
    }

    @Override
    public @Nullable SocketAddress peerAddress(OptionAccess socket) {
        return null;
    }
}
