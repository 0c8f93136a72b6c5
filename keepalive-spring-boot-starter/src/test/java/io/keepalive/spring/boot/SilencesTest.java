package io.keepalive.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.loss.TcpInfo;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SilencesTest {
    private static final InetSocketAddress DATABASE = InetSocketAddress.createUnresolved("db", 5432);

    private final Silences silences = new Silences();
    private final List<FakeSocket> sockets = new ArrayList<>();

    /** A socket of a client. */
    private static final class FakeSocket {
        boolean open = true;

        @Nullable
        InetSocketAddress peer = DATABASE;

        Optional<TcpInfo> info = Optional.empty();

        FakeSocket info(int sentMillis, int receivedMillis, int acknowledgedMillis) {
            ByteBuffer bytes = ByteBuffer.allocate(104).order(ByteOrder.nativeOrder());
            bytes.put(0, (byte) 1)
                    .putInt(44, sentMillis)
                    .putInt(52, receivedMillis)
                    .putInt(56, acknowledgedMillis);
            info = Optional.of(new TcpInfo(bytes.array()));
            return this;
        }

        WatchedConnection<FakeSocket> watched() {
            return new WatchedConnection<>(
                    new WeakReference<>(this), socket -> socket.open, socket -> socket.peer, socket -> socket.info);
        }
    }

    /** Held here, since silences are watched by weak references. */
    private FakeSocket socket() {
        FakeSocket socket = new FakeSocket();
        sockets.add(socket);
        return socket;
    }

    @Test
    void look_silentConnectionWhoseProbeWasAnswered_itsSilenceUntilThen() {
        FakeSocket socket = socket().info(400_000, 390_000, 30_000);
        silences.watch(socket.watched());

        assertThat(silences.look()).containsOnly(Map.entry("db:5432", "360s"));
    }

    @Test
    void look_probesNotAnswered_onlyWhatWasSurvivedCounts() {
        FakeSocket socket = socket().info(400_000, 400_000, 400_000);
        silences.watch(socket.watched());

        assertThat(silences.look()).containsOnly(Map.entry("db:5432", "0s"));
    }

    @Test
    void look_afterTheConnectionWasUsedOrClosed_theLongestStays() {
        FakeSocket socket = socket().info(400_000, 400_000, 0);
        silences.watch(socket.watched());
        silences.look();

        socket.info(10_000, 10_000, 0);
        assertThat(silences.look()).containsOnly(Map.entry("db:5432", "400s"));

        socket.open = false;
        assertThat(silences.look()).containsOnly(Map.entry("db:5432", "400s"));
    }

    @Test
    void look_twoConnectionsToOneDestination_theLonger() {
        FakeSocket first = socket().info(90_000, 90_000, 0);
        FakeSocket second = socket().info(60_000, 60_000, 0);
        silences.watch(first.watched());
        silences.watch(second.watched());

        assertThat(silences.look()).containsOnly(Map.entry("db:5432", "90s"));
    }

    @Test
    void look_kernelDoesNotTell_saysSo() {
        FakeSocket socket = socket();
        socket.info = Optional.of(new TcpInfo(new byte[] {1, 0, 0, 0})); // as before JDK 22
        silences.watch(socket.watched());

        assertThat(silences.look())
                .hasEntrySatisfying(
                        "db:5432",
                        text -> assertThat(text).startsWith("not known: ").contains("JDK 22"));
    }

    @Test
    void look_notConnectedYet_isNoDestination() {
        FakeSocket socket = socket();
        socket.peer = null;
        silences.watch(socket.watched());

        assertThat(silences.look()).isEmpty();
    }
}
