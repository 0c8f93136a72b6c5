package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keepalive.loss.ConnectionLostException;
import io.keepalive.testing.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A socket that throws or blocks in each call that the guard makes: the others are guarded all the same. */
@Timeout(60)
class WriteTimeoutsFaultsTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final Duration LIMIT = Duration.ofMillis(200);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private ServerSocket server;
    private WriteTimeouts guard;

    /** What happens in a call. */
    private interface Fault {
        void happen();
    }

    enum Kind {
        RUNTIME_EXCEPTION {
            @Override
            void happen(CountDownLatch ended) {
                throw new UnsupportedOperationException("odd");
            }
        },
        LINKAGE_ERROR {
            @Override
            void happen(CountDownLatch ended) {
                throw new NoSuchMethodError("odd");
            }
        },
        OUT_OF_MEMORY {
            @Override
            void happen(CountDownLatch ended) {
                throw new OutOfMemoryError("odd");
            }
        },
        STACK_OVERFLOW {
            @Override
            void happen(CountDownLatch ended) {
                throw new StackOverflowError("odd");
            }
        },
        HANG {
            @Override
            void happen(CountDownLatch ended) {
                boolean interrupted = false;
                while (ended.getCount() > 0) {
                    try {
                        ended.await();
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        };

        abstract void happen(CountDownLatch ended);
    }

    /** Its own connection; every method that a guard might call fails once it is armed. */
    private static final class FaultySocket extends Socket {
        private volatile Fault fault = () -> {};

        void arm(Fault fault) {
            this.fault = fault;
        }

        @Override
        public void setSoLinger(boolean on, int seconds) throws SocketException {
            fault.happen();
            super.setSoLinger(on, seconds);
        }

        @Override
        public boolean isClosed() {
            Fault latest = fault;
            if (latest != null) { // called by the constructor of Socket
                latest.happen();
            }
            return super.isClosed();
        }

        @Override
        public boolean isConnected() {
            fault.happen();
            return super.isConnected();
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // one that hangs is to hold no lock of the JDK's
        public void close() throws IOException {
            fault.happen();
            super.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, HERE);
        guard = WriteTimeouts.start(LIMIT);
        open.add(server);
        open.add(guard);
    }

    @AfterEach
    void closeAll() throws Exception {
        ended.countDown();
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void faultySocket_isStalled_othersAreGuarded(Kind kind) throws Exception {
        FaultySocket faulty = new FaultySocket();
        faulty.connect(server.getLocalSocketAddress());
        GuardedOutputStream output = guard.outputOf(faulty);
        faulty.arm(() -> kind.happen(ended));
        CompletableFuture<Throwable> writer = failureOf(output);
        await().atMost(30, TimeUnit.SECONDS).until(() -> output.loss().isPresent());

        assertOrdinaryWriterIsFreed();
        faulty.arm(() -> {});
        faulty.close();
        assertThat(writer.get(30, TimeUnit.SECONDS)).isInstanceOf(ConnectionLostException.class);
    }

    @Test
    void guardThread_isInterrupted_goesOn() throws Exception {
        Thread thread = thread("keepalive-stall-guard");
        for (int i = 0; i < 10; i++) {
            thread.interrupt();
        }

        assertOrdinaryWriterIsFreed();
        await().atMost(30, TimeUnit.SECONDS).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    }

    @ParameterizedTest
    @EnumSource
    void tlsOfEachProvider_writerIsFreedFromBelow(SocketWaysTest.Tls tls) throws Exception {
        try (ServerSocket secure =
                TestCertificate.ofThisJvm().context().getServerSocketFactory().createServerSocket(0, 5, HERE)) {
            Socket plain = new Socket(HERE, secure.getLocalPort());
            open.add(plain);
            SSLSocket client = (SSLSocket) tls.factory().createSocket(plain, "localhost", secure.getLocalPort(), true);
            SSLSocket peer = (SSLSocket) secure.accept();
            open.add(peer);
            CompletableFuture<Void> handshake = CompletableFuture.runAsync(() -> {
                try {
                    peer.startHandshake();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            client.startHandshake();
            handshake.get(30, TimeUnit.SECONDS);

            Throwable thrown = failureOf(guard.outputOf(client)).get(30, TimeUnit.SECONDS);

            assertThat(thrown).isInstanceOf(ConnectionLostException.class);
            assertOrdinaryWriterIsFreed();
        }
    }

    @Test
    void start_fromAnApplicationsLoader_doesNotKeepTheLoader() throws Exception {
        WeakReference<ClassLoader> loader = startFromAnotherLoader();

        await().atMost(30, TimeUnit.SECONDS).until(() -> {
            System.gc();
            return loader.refersTo(null);
        });
        assertThat(thread("keepalive-stall-guard").getContextClassLoader()).isNull();
    }

    /** What an application in a server does: starts a guard of the server's library. */
    public static final class Application implements Callable<WriteTimeouts> {
        @Override
        public WriteTimeouts call() {
            return WriteTimeouts.start(Duration.ofSeconds(5));
        }
    }

    private WeakReference<ClassLoader> startFromAnotherLoader() throws Exception {
        String name = Application.class.getName();
        byte[] bytes;
        try (InputStream input = Application.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
            bytes = Objects.requireNonNull(input).readAllBytes();
        }
        ClassLoader loader = new ClassLoader(getClass().getClassLoader()) {
            @Override
            protected Class<?> loadClass(String wanted, boolean resolve) throws ClassNotFoundException {
                return wanted.equals(name) && findLoadedClass(wanted) == null
                        ? defineClass(
                                wanted,
                                bytes,
                                0,
                                bytes.length,
                                new java.security.ProtectionDomain(null, null, this, null))
                        : super.loadClass(wanted, resolve);
            }
        };
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Callable<?> application =
                (Callable<?>) loader.loadClass(name).getDeclaredConstructor().newInstance();
        Thread thread = new Thread(() -> {
            try {
                open.add((AutoCloseable) application.call());
            } catch (Exception e) {
                failure.set(e);
            }
        });
        thread.setContextClassLoader(loader);
        thread.start();
        thread.join();
        assertThat(failure.get()).isNull();
        return new WeakReference<>(loader);
    }

    private static Thread thread(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .findAny()
                .orElseThrow();
    }

    private void assertOrdinaryWriterIsFreed() throws Exception {
        Socket ordinary = new Socket(HERE, server.getLocalPort());
        open.add(ordinary);

        Throwable thrown = failureOf(guard.outputOf(ordinary)).get(30, TimeUnit.SECONDS);

        assertThat(thrown).isInstanceOf(ConnectionLostException.class);
        assertThat(ordinary.isClosed()).isTrue();
    }

    /** Of a writer whose peer never reads. */
    private static CompletableFuture<Throwable> failureOf(OutputStream output) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread writer = new Thread(() -> {
            try {
                while (true) {
                    output.write(new byte[1 << 20]);
                }
            } catch (IOException | RuntimeException | Error e) {
                failure.complete(e);
            }
        });
        writer.setDaemon(true);
        writer.start();
        return failure;
    }
}
