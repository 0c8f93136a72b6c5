package io.keepalive.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A protocol of lines with a heartbeat of its own, in a selector loop, against a peer that is a bare socket. */
@Timeout(30)
class MessageChannelTest {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=400ms,pong-timeout=400ms,max-missed-pongs=1,beat-interval=100ms");

    private final HeartbeatLoop loop = new HeartbeatLoop(CONFIG);
    private final List<String> seen = new ArrayList<>();
    private final ByteBuffer in = ByteBuffer.allocate(1000);
    private Selector selector;
    private Pair pair;
    private MessageChannel channel;
    private @Nullable ConnectionLostException lost;

    @BeforeEach
    void connect() throws Exception {
        selector = Selector.open();
        pair = Pair.plain();
        pair.channel().configureBlocking(false);
        channel = loop.add(pair.channel().register(selector, SelectionKey.OP_READ), new LineFormat());
    }

    @AfterEach
    void close() throws Exception {
        channel.close();
        pair.close();
        selector.close();
    }

    private void loopUntil(BooleanSupplier done) throws Exception {
        while (!done.getAsBoolean()) {
            selector.select(key -> {}, loop.timeoutMillis());
            channel.flush();
            if (channel.read(in) > 0) {
                parse();
            }
            loop.tick((ended, why) -> lost = why);
        }
    }

    private void parse() throws ConnectionLostException {
        in.flip();
        for (int i = in.position(); i < in.limit(); i++) {
            if (in.get(i) == '\n') {
                ByteBuffer message = in.slice(in.position(), i - in.position());
                in.position(i + 1);
                if (!channel.isHeartbeat(message)) {
                    seen.add(StandardCharsets.US_ASCII.decode(message).toString());
                }
            }
        }
        in.compact();
    }

    private static void say(Socket peer, String text) throws Exception {
        peer.getOutputStream().write(LineFormat.line(text).array());
    }

    @Test
    void peerPings_getsAPong_andTheApplicationDoesNotSeeIt() throws Exception {
        say(pair.far(), "one");
        say(pair.far(), "PING 7");
        say(pair.far(), "two");
        loopUntil(() -> seen.size() == 2);
        assertThat(seen).containsExactly("one", "two");
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(pair.far().getInputStream(), StandardCharsets.US_ASCII));
        String line = reader.readLine();
        while (line.isEmpty()) {
            line = reader.readLine(); // beats
        }
        assertThat(line).isEqualTo("PONG 7");
    }

    @Test
    void idle_beats_andPingsASilentPeer_whichIsLostOnceItIsProven() throws Exception {
        say(pair.far(), ""); // a beat
        long startNanos = System.nanoTime();
        loopUntil(() -> lost != null);
        assertThat(Objects.requireNonNull(lost).cause()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
        assertThat(System.nanoTime() - startNanos)
                .isGreaterThan(CONFIG.pingIdle().toNanos());
        String sent = new String(pair.far().getInputStream().readNBytes(20), StandardCharsets.US_ASCII);
        assertThat(sent).startsWith("\n\n").contains("PING ");
    }

    @Test
    void silentPeer_thatNeverShowedIt_isNotLost() throws Exception {
        long untilNanos =
                System.nanoTime() + CONFIG.detectionTime().multipliedBy(2).toNanos();
        loopUntil(() -> System.nanoTime() - untilNanos > 0);
        assertThat(lost).isNull();
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void write_whileSomethingWaits_takesNothing_andNoBeatComesInTheMidst() throws Exception {
        ByteBuffer large = LineFormat.line("x".repeat(100_000));
        int taken = 0;
        while (channel.write(large.duplicate())) {
            taken++;
        }
        assertThat(channel.key().interestOps() & SelectionKey.OP_WRITE).isNotZero();
        Thread.sleep(CONFIG.beatInterval().toMillis() * 2);
        loop.tick((ended, why) -> lost = why);
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(pair.far().getInputStream(), StandardCharsets.US_ASCII));
        Thread flusher = new Thread(() -> {
            try {
                loopUntil(() -> (channel.key().interestOps() & SelectionKey.OP_WRITE) == 0);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        flusher.start();
        for (int i = 0; i < taken; i++) {
            String line = reader.readLine();
            while (line.isEmpty()) {
                line = reader.readLine();
            }
            assertThat(line).hasSize(100_000);
        }
        flusher.join();
    }
}
