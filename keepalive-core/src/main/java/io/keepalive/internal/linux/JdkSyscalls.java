package io.keepalive.internal.linux;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.InaccessibleObjectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * System calls through the JDK's own {@code sun.nio.ch}, where the program opened that package. The only way before JDK
 * 22. It has no buffers: of {@code TCP_INFO} it gets the first four bytes.
 */
public final class JdkSyscalls implements Syscalls {
    private final MethodHandle duplicate;
    private final MethodHandle close;
    private final MethodHandle newDescriptor;
    private final MethodHandle localAddress;
    private final MethodHandle remoteAddress;
    private final MethodHandle getInt;
    private final MethodHandle setInt;

    private JdkSyscalls() throws ReflectiveOperationException {
        this.duplicate = JdkInternals.method("InheritedChannel", "dup", int.class);
        this.close = JdkInternals.method("InheritedChannel", "close0", int.class);
        this.newDescriptor = JdkInternals.method("IOUtil", "newFD", int.class);
        this.localAddress = JdkInternals.method("Net", "localAddress", FileDescriptor.class);
        this.remoteAddress = JdkInternals.method("Net", "remoteAddress", FileDescriptor.class);
        this.getInt =
                JdkInternals.method("Net", "getIntOption0", FileDescriptor.class, boolean.class, int.class, int.class);
        this.setInt = JdkInternals.method(
                "Net",
                "setIntOption0",
                FileDescriptor.class,
                boolean.class,
                int.class,
                int.class,
                int.class,
                boolean.class);
    }

    /** Never fails: what is not opened is a closed tier. */
    public static SyscallTier find() {
        try {
            JdkSyscalls calls = new JdkSyscalls();
            return SyscallTier.open(() -> calls);
        } catch (ReflectiveOperationException | InaccessibleObjectException | LinkageError e) {
            return SyscallTier.closed("start it with --add-opens=java.base/sun.nio.ch=" + SyscallTier.ourModule());
        }
    }

    @Override
    public int duplicate(int descriptor) {
        try {
            return (int) duplicate.invokeExact(descriptor);
        } catch (IOException e) {
            return NONE;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void release(int descriptor) {
        try {
            close.invokeExact(descriptor);
        } catch (IOException e) {
            // Linux has released the descriptor also where close fails (man 2 close).
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public Match match(int descriptor, Endpoint local, @Nullable Endpoint peer) {
        try {
            FileDescriptor wrapped = wrap(descriptor);
            InetSocketAddress localEnd = (InetSocketAddress) localAddress.invokeExact(wrapped);
            if (!local.matches(Endpoint.of(localEnd))
                    || get(descriptor, Linux.SOL_SOCKET, Linux.SO_TYPE) != Linux.SOCK_STREAM) {
                return Match.NO;
            }
            // Without a local port it has no peer, and asking for one costs an exception.
            return local.port() == 0 ? Match.LOCAL_END : matchPeer(wrapped, peer);
        } catch (IOException e) {
            return Match.NO;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private Match matchPeer(FileDescriptor wrapped, @Nullable Endpoint peer) throws Throwable {
        InetSocketAddress remoteEnd;
        try {
            remoteEnd = (InetSocketAddress) remoteAddress.invokeExact(wrapped);
        } catch (SocketException notConnected) {
            return Match.LOCAL_END;
        }
        return peer != null && peer.matches(Endpoint.of(remoteEnd)) ? Match.BOTH_ENDS : Match.NO;
    }

    @Override
    public int get(int descriptor, int level, int option) throws SocketException {
        try {
            return (int) getInt.invokeExact(wrap(descriptor), false, level, option);
        } catch (SocketException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void set(int descriptor, int level, int option, int value) throws SocketException {
        try {
            setInt.invokeExact(wrap(descriptor), false, level, option, value, false);
        } catch (SocketException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public byte[] info(int descriptor) throws SocketException {
        // The kernel gives as much of the structure as was asked for: an int of it.
        int firstBytes = get(descriptor, Linux.IPPROTO_TCP, Linux.TCP_INFO);
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(firstBytes)
                .array();
    }

    @Override
    public void close() {
        // Nothing is held between calls.
    }

    private FileDescriptor wrap(int descriptor) throws SocketException {
        try {
            return (FileDescriptor) newDescriptor.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
