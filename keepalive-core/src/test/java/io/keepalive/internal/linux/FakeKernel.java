package io.keepalive.internal.linux;

import io.keepalive.KeepAliveOption;
import io.keepalive.internal.JdkKeepAliveOptions;
import io.keepalive.internal.JdkSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A socket of a kernel that misbehaves as told. */
public final class FakeKernel implements JdkSocket<FakeKernel> {
    public final Map<SocketOption<?>, Object> values = new HashMap<>();
    public final Set<SocketOption<?>> supported = new HashSet<>();
    public final Set<SocketOption<?>> ignored = new HashSet<>();
    public final Set<SocketOption<?>> unreadable = new HashSet<>();
    public final List<SocketOption<?>> order = new ArrayList<>();
    public boolean listener;
    public boolean open = true;

    @Nullable
    public SocketAddress local;

    @Nullable
    public SocketAddress peer;

    /** Closes the socket while this option is being set. */
    @Nullable
    public SocketOption<?> closedBy;

    /** A TCP socket as Linux makes it. */
    public static FakeKernel linux() {
        FakeKernel kernel = new FakeKernel();
        kernel.put(KeepAliveOption.SO_KEEPALIVE, false);
        kernel.put(KeepAliveOption.TCP_KEEPIDLE, 7200);
        kernel.put(KeepAliveOption.TCP_KEEPINTVL, 75);
        kernel.put(KeepAliveOption.TCP_KEEPCNT, 9);
        return kernel;
    }

    /** A system on which no system call can be made. */
    public static LinuxSockets noSystemCalls() {
        return new LinuxSockets("Plan 9", () -> SyscallTier.closed("not here"), () -> true);
    }

    public static SocketOption<?> handle(KeepAliveOption option) {
        return Objects.requireNonNull(
                switch (option) {
                    case SO_KEEPALIVE -> StandardSocketOptions.SO_KEEPALIVE;
                    case TCP_KEEPIDLE -> JdkKeepAliveOptions.IDLE;
                    case TCP_KEEPINTVL -> JdkKeepAliveOptions.INTERVAL;
                    case TCP_KEEPCNT -> JdkKeepAliveOptions.COUNT;
                    case TCP_USER_TIMEOUT -> null;
                });
    }

    public void put(KeepAliveOption option, Object value) {
        SocketOption<?> handle = handle(option);
        values.put(handle, value);
        supported.add(handle);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions(FakeKernel socket) {
        return supported;
    }

    @Override
    public <T> T get(FakeKernel socket, SocketOption<T> option) throws IOException {
        if (!open) {
            throw new SocketException("Socket closed");
        }
        if (unreadable.contains(option)) {
            throw new SocketException("Protocol not available");
        }
        return option.type().cast(Objects.requireNonNull(values.get(option)));
    }

    @Override
    public <T> void set(FakeKernel socket, SocketOption<T> option, T value) throws IOException {
        order.add(option);
        if (option.equals(closedBy)) {
            open = false;
            throw new SocketException("Socket closed");
        }
        if (value instanceof Integer number && number > 32767) {
            throw new SocketException("Invalid argument");
        }
        if (!ignored.contains(option)) {
            values.put(option, value);
        }
    }

    @Override
    public boolean isOpen(FakeKernel socket) {
        return open;
    }

    @Override
    public boolean isListener(FakeKernel socket) {
        return listener;
    }

    @Override
    public @Nullable SocketAddress localAddress(FakeKernel socket) {
        return local;
    }

    @Override
    public @Nullable SocketAddress peerAddress(FakeKernel socket) {
        return peer;
    }

    @Override
    public String describe(FakeKernel socket) {
        return "FakeSocket";
    }
}
