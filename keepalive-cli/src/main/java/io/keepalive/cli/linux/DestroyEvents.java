package io.keepalive.cli.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * The kernel's notification of each TCP socket that is destroyed in this network namespace, IPv4 and IPv6, with its last
 * TCP_INFO; what {@code ss -E} prints. Needs no privilege. For one thread at a time.
 *
 * <p>A socket is destroyed when its program has let go of it: a death that the program notices late is reported late.
 */
public final class DestroyEvents implements AutoCloseable {
    private static final int GROUPS =
            1 << (Linux.SKNLGRP_INET_TCP_DESTROY - 1) | 1 << (Linux.SKNLGRP_INET6_TCP_DESTROY - 1);

    private static final int BUFFER_BYTES = 32 * 1024;

    private final SystemCalls calls;
    private final int descriptor;
    private final NetlinkReader reader = new NetlinkReader();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
    private long overruns;

    private DestroyEvents(SystemCalls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
    }

    /**
     * Subscribes in the network namespace of the calling thread.
     *
     * @param receiveBufferBytes what the kernel shall hold between two reads; it gives less to a process without
     *     CAP_NET_ADMIN (net.core.rmem_max)
     */
    public static DestroyEvents open(SystemCalls calls, int receiveBufferBytes) throws ErrnoException {
        int descriptor = calls.socket(Linux.AF_NETLINK, Linux.SOCK_RAW | Linux.SOCK_CLOEXEC, Linux.NETLINK_SOCK_DIAG);
        try {
            try {
                calls.setOption(descriptor, Linux.SOL_SOCKET, Linux.SO_RCVBUFFORCE, receiveBufferBytes);
            } catch (ErrnoException e) {
                calls.setOption(descriptor, Linux.SOL_SOCKET, Linux.SO_RCVBUF, receiveBufferBytes);
            }
            calls.bindNetlink(descriptor, GROUPS);
            return new DestroyEvents(calls, descriptor);
        } catch (ErrnoException e) {
            calls.close(descriptor);
            throw e;
        }
    }

    /**
     * Waits for notifications and hands all that are there to the consumer.
     *
     * @param timeoutMillis how long to wait for the first; 0 does not wait
     * @return how many there were
     */
    public int read(int timeoutMillis, Consumer<? super DiagMessage> consumer) throws ErrnoException {
        int[] count = {0};
        int wait = timeoutMillis;
        while (calls.awaitReadable(descriptor, wait)) {
            wait = 0;
            try {
                calls.receive(descriptor, buffer);
            } catch (ErrnoException e) {
                if (e.errno() == Errno.ENOBUFS) {
                    overruns++;
                    continue;
                }
                throw e;
            }
            boolean unused = reader.read(buffer, message -> {
                count[0]++;
                consumer.accept(message);
            });
        }
        return count[0];
    }

    /** How often the kernel had to drop notifications, since it ran out of receive buffer; it does not report how many. */
    public long overruns() {
        return overruns;
    }

    /** What the kernel holds between two reads; it counts its own bookkeeping, so about half of it is notifications. */
    public int receiveBufferBytes() throws ErrnoException {
        return calls.getOption(descriptor, Linux.SOL_SOCKET, Linux.SO_RCVBUF);
    }

    @Override
    public void close() {
        calls.close(descriptor);
    }
}
