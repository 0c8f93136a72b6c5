package io.keepalive.socket;

import io.keepalive.internal.linux.LinuxSockets;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A family of JDK sockets with everything that can be had on them: the JDK's options, and those that only the
 * descriptor has.
 */
public final class NativeSocket<S> implements JdkSocket<S> {
    public static final JdkSocket<Socket> SOCKET = new NativeSocket<>(new OfSocket(), LinuxSockets.SYSTEM);
    public static final JdkSocket<ServerSocket> SERVER_SOCKET =
            new NativeSocket<>(new OfServerSocket(), LinuxSockets.SYSTEM);
    public static final JdkSocket<NetworkChannel> CHANNEL = new NativeSocket<>(new OfChannel(), LinuxSockets.SYSTEM);

    private final JdkSocket<S> jdk;
    private final LinuxSockets natives;

    public NativeSocket(JdkSocket<S> jdk, LinuxSockets natives) {
        this.jdk = jdk;
        this.natives = natives;
    }

    @Override
    public boolean supports(S socket, SocketOption<?> option) {
        return jdk.supportedOptions(socket).contains(option) || natives.supports(jdk, socket, option);
    }

    @Override
    public boolean shows(S socket, SocketOption<?> option) {
        return jdk.supportedOptions(socket).contains(option) || natives.shows(jdk, socket, option);
    }

    @Override
    public String remedy() {
        return natives.remedy();
    }

    @Override
    public <T> T get(S socket, SocketOption<T> option) throws IOException {
        if (!LinuxSockets.isNative(jdk, socket, option)) {
            return jdk.get(socket, option);
        }
        Object value = natives.get(jdk, socket, option);
        return Objects.requireNonNull(option.type().cast(option.type() == Boolean.class ? !value.equals(0) : value));
    }

    @Override
    public <T> void set(S socket, SocketOption<T> option, T value) throws IOException {
        if (!LinuxSockets.isNative(jdk, socket, option)) {
            jdk.set(socket, option, value);
        } else {
            natives.set(
                    jdk, socket, option, value instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) value).intValue());
        }
    }

    @Override
    public Set<SocketOption<?>> supportedOptions(S socket) {
        return jdk.supportedOptions(socket);
    }

    @Override
    public boolean isOpen(S socket) {
        return jdk.isOpen(socket);
    }

    @Override
    public boolean isListener(S socket) {
        return jdk.isListener(socket);
    }

    @Override
    public @Nullable SocketAddress localAddress(S socket) throws IOException {
        return jdk.localAddress(socket);
    }

    @Override
    public @Nullable SocketAddress peerAddress(S socket) throws IOException {
        return jdk.peerAddress(socket);
    }

    @Override
    public String describe(S socket) {
        return jdk.describe(socket);
    }
}
