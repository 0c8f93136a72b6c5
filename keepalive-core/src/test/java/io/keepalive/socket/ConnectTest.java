package io.keepalive.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keepalive.KeepAlive;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Non-blocking and asynchronous connects, and names with several addresses. */
@Timeout(30)
class ConnectTest {
    private final KeepAlive policy = KeepAlive.defaults();
    private ServerSocket listener;
    private InetSocketAddress open;
    private InetSocketAddress refusing;

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        open = (InetSocketAddress) listener.getLocalSocketAddress();
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refusing = (InetSocketAddress) closed.getLocalSocketAddress();
        }
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    private static SocketChannel begin(SocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(address);
        return channel;
    }

    @Test
    void startConnect_inASelector_isKept() throws Exception {
        try (Selector selector = Selector.open();
                PendingConnect pending =
                        SocketKeeper.of(policy).client().noDelay(true).startConnect("127.0.0.1", open.getPort())) {
            pending.register(selector, "mine");
            while (!pending.finish()) {
                selector.select(1000);
            }
            assertThat(pending.channel().isConnected()).isTrue();
            assertThat(pending.channel().keyFor(selector).attachment()).isEqualTo("mine");
            assertThat(pending.channel().getOption(StandardSocketOptions.SO_KEEPALIVE))
                    .isTrue();
            assertThat(pending.remainingNanos()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void pendingConnect_firstAddressRefuses_goesOnToTheNext_withItsKey() throws Exception {
        PendingConnect pending = new PendingConnect(List.of(refusing, open), ConnectTest::begin, 0);
        try (Selector selector = Selector.open()) {
            pending.start(0);
            pending.register(selector, "mine");
            while (!pending.finish()) {
                selector.select(1000);
                selector.selectedKeys().clear();
            }
            assertThat(pending.channel().getRemoteAddress()).isEqualTo(open);
            assertThat(pending.channel().keyFor(selector).interestOps()).isEqualTo(SelectionKey.OP_CONNECT);
        } finally {
            pending.close();
        }
    }

    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            disabledReason = "Linux leaves a connect unanswered when the listener's queue is full")
    @SuppressWarnings("try") // the two that fill the queue
    void pendingConnect_noAnswerInTime_failsWithWhatEveryAddressSaid() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SocketChannel first = SocketChannel.open(full.getLocalSocketAddress());
                SocketChannel second = SocketChannel.open(full.getLocalSocketAddress())) {
            PendingConnect pending = new PendingConnect(
                    List.of(refusing, full.getLocalSocketAddress()),
                    address -> {
                        if (address.equals(refusing)) {
                            throw new ConnectException("refused at once");
                        }
                        return begin(address);
                    },
                    100);
            pending.start(0);
            assertThat(pending.finish(99_999_999)).isFalse();
            assertThatThrownBy(() -> pending.finish(100_000_000))
                    .isInstanceOf(SocketTimeoutException.class)
                    .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
            assertThat(pending.channel().isOpen()).isFalse();
        }
    }

    @Test
    void firstThatConnects_triesAllInOrder() throws Exception {
        assertThatThrownBy(() -> SocketKeeper.of(policy).client().connect("127.0.0.1", refusing.getPort()))
                .isInstanceOf(ConnectException.class);
        SocketKeeper.of(policy).client().connect("127.0.0.1", open.getPort()).close();
        SocketKeeper.of(policy)
                .client()
                .connectChannel("127.0.0.1", open.getPort())
                .close();
    }

    @Test
    void connectAsync_isKept_orFails() throws Exception {
        try (var channel = SocketKeeper.of(policy)
                .client()
                .connectAsync("127.0.0.1", open.getPort())
                .get(20, TimeUnit.SECONDS)) {
            assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
        }
        assertThatThrownBy(() ->
                        SocketKeeper.of(policy).client().connectAsync(refusing).get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ConnectException.class);
    }
}
