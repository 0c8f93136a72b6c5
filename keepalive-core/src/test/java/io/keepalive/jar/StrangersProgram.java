package io.keepalive.jar;

import io.keepalive.KeepAlive;
import io.keepalive.KeepAliveOption;
import io.keepalive.socket.KeepAliveReport;
import io.keepalive.socket.KeepAliveReport.Entry;
import io.keepalive.socket.Outcome;
import io.keepalive.socket.SocketKeeper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Puts a user timeout on sockets while other threads close them and open strangers, which get their numbers, and looks at
 * every stranger: until it has seen enough, or for 25 seconds.
 */
final class StrangersProgram {
    private static final KeepAlive POLICY = KeepAlive.parse("user-timeout=12345ms");

    private final AtomicReference<Socket> victim = new AtomicReference<>(new Socket());
    private final AtomicInteger applied = new AtomicInteger();
    private final AtomicInteger closedMeanwhile = new AtomicInteger();
    private final AtomicInteger strangers = new AtomicInteger();
    private final AtomicInteger touched = new AtomicInteger();
    private final AtomicInteger blind = new AtomicInteger();
    private final ServerSocket server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    private final long endNanos;

    private StrangersProgram() throws IOException {
        this.endNanos = System.nanoTime() + 25_000_000_000L;
    }

    public static void main(String[] args) throws Exception {
        StrangersProgram program = new StrangersProgram();
        Thread acceptor = new Thread(program::accept);
        acceptor.setDaemon(true);
        acceptor.start();
        List<Thread> threads = new ArrayList<>();
        for (Attempt attempt :
                new Attempt[] {program::apply, program::close, program::openStranger, program::openStrangerChannel}) {
            Thread thread = new Thread(() -> program.repeat(attempt));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("applied " + program.applied);
        System.out.println("closed meanwhile " + program.closedMeanwhile);
        System.out.println("strangers " + program.strangers);
        System.out.println("not looked at " + program.blind);
        System.out.println("touched " + program.touched);
        System.exit(0);
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private void repeat(Attempt attempt) {
        while (System.nanoTime() < endNanos && !hasSeenEnough()) {
            try {
                attempt.run();
            } catch (IOException e) {
                // Sockets are closed all the time here.
            }
        }
    }

    private boolean hasSeenEnough() {
        return applied.get() > 10_000 && closedMeanwhile.get() > 300 && strangers.get() > 10_000;
    }

    private void accept() {
        repeat(() -> server.accept().close());
    }

    private void apply() throws IOException {
        try (Socket socket = new Socket()) {
            victim.set(socket);
            if ((applied.get() & 1) == 0) {
                socket.connect(server.getLocalSocketAddress());
            }
            Entry entry = SocketKeeper.of(POLICY).keep(socket).entry(KeepAliveOption.TCP_USER_TIMEOUT);
            (entry.outcome() == Outcome.APPLIED ? applied : closedMeanwhile).incrementAndGet();
        }
    }

    /** At any moment of the other thread's attempt. */
    private void close() throws IOException {
        long spin = System.nanoTime() + (System.nanoTime() & 0xffff);
        while (System.nanoTime() < spin) {
            Thread.onSpinWait();
        }
        victim.get().close();
    }

    private void openStranger() throws IOException {
        try (Socket stranger = new Socket()) {
            stranger.connect(server.getLocalSocketAddress());
            look(KeepAliveReport.inspect(stranger).entry(KeepAliveOption.TCP_USER_TIMEOUT));
        }
    }

    private void openStrangerChannel() throws IOException {
        SocketAddress address = server.getLocalSocketAddress();
        try (SocketChannel stranger = SocketChannel.open(address)) {
            look(KeepAliveReport.inspect(stranger).entry(KeepAliveOption.TCP_USER_TIMEOUT));
        }
    }

    private void look(Entry entry) {
        strangers.incrementAndGet();
        if (entry.effective().isEmpty()) {
            blind.incrementAndGet();
        } else if (entry.effective().getAsLong() != 0) {
            touched.incrementAndGet();
        }
    }
}
