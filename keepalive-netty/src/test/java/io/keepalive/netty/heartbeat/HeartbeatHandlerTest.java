package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.HeartbeatFormat;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.keepalive.netty.LocalPair;
import io.keepalive.netty.Transport;
import io.keepalive.socket.KeepAliveStatistics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A protocol's own heartbeat in a pipeline, in virtual time. */
@SuppressWarnings({"FutureReturnValueIgnored", "deprecation"}) // the tests tell what arrived
class HeartbeatHandlerTest {
    private static final HeartbeatConfig CONFIG = HeartbeatConfig.builder()
            .pingIdle(Duration.ofSeconds(30))
            .pongTimeout(Duration.ofSeconds(10))
            .maxMissedPongs(3)
            .jitterPercent(0)
            .requireHeartbeats()
            .build();

    private final List<EmbeddedChannel> channels = new ArrayList<>();

    /** Questions are a 'Q' and the id, answers an 'A' and the id, beats a dot. */
    enum Letters implements HeartbeatFormat<ByteBuf> {
        FORMAT;

        @Override
        public ByteBuf beat() {
            return Unpooled.buffer(1).writeByte('.');
        }

        @Override
        public ByteBuf ping(long id) {
            return Unpooled.buffer(9).writeByte('Q').writeLong(id);
        }

        @Override
        public ByteBuf pong(long id) {
            return Unpooled.buffer(9).writeByte('A').writeLong(id);
        }

        @Override
        public boolean read(ByteBuf message, Signals signals) {
            switch (message.getByte(message.readerIndex())) {
                case '.' -> signals.onBeat();
                case 'Q' -> signals.onPing(message.getLong(message.readerIndex() + 1));
                case 'A' -> signals.onPong(message.getLong(message.readerIndex() + 1));
                default -> {
                    return false;
                }
            }
            return true;
        }
    }

    /** What reaches the application. */
    static final class Application extends ChannelInboundHandlerAdapter {
        final List<Object> events = new ArrayList<>();

        @Nullable
        Throwable thrown;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            events.add(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            thrown = cause;
        }

        LossCause lost() {
            assertThat(thrown).isInstanceOf(ConnectionLostException.class);
            return Objects.requireNonNull((ConnectionLostException) thrown).cause();
        }
    }

    private final Application application = new Application();

    @AfterEach
    void finish() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
        assertThat(LoopTicker.count()).isZero();
    }

    private static HeartbeatHandler<ByteBuf> handler(HeartbeatConfig config) {
        return new HeartbeatHandler<>(config, ByteBuf.class, Letters.FORMAT);
    }

    private EmbeddedChannel channel(HeartbeatConfig config) {
        return channel(handler(config), application);
    }

    private EmbeddedChannel channel(ChannelHandler... handlers) {
        EmbeddedChannel channel = new EmbeddedChannel(handlers);
        channel.freezeTime();
        channels.add(channel);
        return channel;
    }

    /** In steps as small as an event loop's. */
    private static void pass(EmbeddedChannel channel, Duration time) {
        for (long i = time.toMillis() / 100; i > 0; i--) {
            advance(channel, Duration.ofMillis(100));
        }
    }

    private static void advance(EmbeddedChannel channel, Duration time) {
        channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
        channel.runPendingTasks();
    }

    private static ByteBuf bytes(char... letters) {
        ByteBuf bytes = Unpooled.buffer();
        for (char letter : letters) {
            bytes.writeByte(letter);
        }
        return bytes;
    }

    /** The first letter of each message sent, and the message released. */
    private static String sent(EmbeddedChannel channel) {
        StringBuilder letters = new StringBuilder();
        for (ByteBuf message = channel.readOutbound(); message != null; message = channel.readOutbound()) {
            letters.append((char) message.getByte(0));
            message.release();
        }
        return letters.toString();
    }

    @Test
    void idleChannel_beatsInEachInterval() {
        EmbeddedChannel channel = channel(CONFIG);

        pass(channel, Duration.ofMillis(14_000));
        assertThat(sent(channel)).isEmpty();
        pass(channel, Duration.ofMillis(2_000));

        assertThat(sent(channel)).isEqualTo(".");
    }

    @Test
    void writingApplication_beatsOnceAtTheStart() {
        EmbeddedChannel channel = channel(CONFIG);
        for (int i = 0; i < 60; i++) {
            channel.writeOutbound(bytes('x'));
            channel.writeInbound(bytes('x'));
            channel.<ByteBuf>readInbound();
            pass(channel, Duration.ofMillis(1000));
        }

        String sent = sent(channel);
        assertThat(sent.indexOf('.')).as("in the first beat interval").isBetween(1, 16);
        assertThat(sent.replaceFirst("\\.", "")).isEqualTo("x".repeat(60));
    }

    @Test
    void silentPeer_isAskedThreeTimes_thenLost_withinTheBound_andCounted() {
        EmbeddedChannel channel = channel(CONFIG);
        long before = KeepAliveStatistics.get().getLosses().getOrDefault("HEARTBEAT_TIMEOUT", 0L);

        pass(channel, Duration.ofMillis(59_000));
        assertThat(channel.isOpen()).isTrue();
        assertThat(sent(channel).replace(".", "")).isEqualTo("QQQ");
        pass(channel, CONFIG.detectionTime().minusSeconds(59).plusSeconds(1));

        assertThat(channel.isOpen()).isFalse();
        assertThat(application.lost()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
        assertThat(KeepAliveStatistics.get().getLosses()).containsEntry("HEARTBEAT_TIMEOUT", before + 1);
        assertThat(Objects.requireNonNull((ConnectionLostException) application.thrown)
                        .idle()
                        .orElseThrow())
                .isBetween(Duration.ofSeconds(60), CONFIG.detectionTime().plusSeconds(1));
        assertThat(application.events)
                .startsWith(
                        new HeartbeatEvent.PongMissed(1),
                        new HeartbeatEvent.PongMissed(2),
                        new HeartbeatEvent.PongMissed(3));
    }

    @Test
    void oneByteInTime_whateverItIs_isEnough() {
        EmbeddedChannel channel = channel(CONFIG);
        pass(channel, Duration.ofMillis(55_000));
        channel.writeInbound(bytes('x'));
        pass(channel, Duration.ofMillis(10_000));

        assertThat(channel.isOpen()).isTrue();
        assertThat(application.events)
                .startsWith(
                        new HeartbeatEvent.PongMissed(1),
                        new HeartbeatEvent.PongMissed(2),
                        new HeartbeatEvent.Recovered(2));
        assertThat(channel.<ByteBuf>readInbound().release()).isTrue();
    }

    /** A decoder in front may hold back a large message for minutes. */
    @Test
    void halfAMessage_heldBackByADecoder_counts() {
        EmbeddedChannel channel = channel(
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                        ((ByteBuf) message).release();
                    }
                },
                handler(CONFIG),
                application);
        for (int i = 0; i < 20; i++) {
            channel.writeInbound(bytes('x'));
            pass(channel, Duration.ofMillis(10_000));
        }

        assertThat(channel.isOpen()).isTrue();
        assertThat(sent(channel)).doesNotContain("Q");
    }

    @Test
    void pong_givesTheRoundTripTime_andIsNotForTheApplication() {
        EmbeddedChannel channel = channel(CONFIG);
        pass(channel, Duration.ofMillis(29_900));
        sent(channel);
        for (int i = 0; i < 3; i++) {
            advance(channel, Duration.ofMillis(100));
            ByteBuf question = channel.readOutbound();
            if (question != null && question.getByte(0) == 'Q') {
                advance(channel, Duration.ofMillis(70));
                channel.writeInbound(question.setByte(0, 'A'));
            }
        }

        assertThat(application.events)
                .singleElement()
                .isEqualTo(new HeartbeatEvent.RoundTrip(
                        Duration.ofMillis(70), Duration.ofMillis(70), Duration.ofMillis(70)));
        assertThat(channel.<Object>readInbound()).isNull();
    }

    @Test
    void question_isAnswered_andProvesThePeer() {
        HeartbeatConfig config = HeartbeatConfig.defaults();
        EmbeddedChannel channel = channel(config);
        channel.writeInbound(Unpooled.buffer().writeByte('Q').writeLong(42));

        ByteBuf answer = channel.readOutbound();
        assertThat(answer.readByte()).isEqualTo((byte) 'A');
        assertThat(answer.readLong()).isEqualTo(42);
        answer.release();
        assertThat(application.events).containsExactly(new HeartbeatEvent.PeerSupportsHeartbeats());
    }

    @Test
    void flood_isAViolation() {
        EmbeddedChannel channel = channel(CONFIG);
        for (int i = 0; i < 100 && channel.isOpen(); i++) {
            channel.writeInbound(Unpooled.buffer().writeByte('Q').writeLong(i));
            sent(channel);
        }

        assertThat(application.lost()).isEqualTo(LossCause.PROTOCOL);
    }

    @Test
    void unprovenPeer_isNeverLostForSilence() {
        EmbeddedChannel channel = channel(HeartbeatConfig.defaults());
        pass(channel, Duration.ofMinutes(10));

        assertThat(channel.isOpen()).isTrue();
        assertThat(sent(channel)).contains("Q").contains(".");
    }

    @Test
    void autoReadOff_silenceIsNoSign_untilTheLimitOfItsOwn() {
        EmbeddedChannel channel = channel(CONFIG);
        channel.writeInbound(bytes('.')); // after which autoRead asks for more
        channel.config().setAutoRead(false);

        pass(channel, Duration.ofMinutes(4).plusSeconds(50));
        assertThat(channel.isOpen()).isTrue();
        assertThat(sent(channel)).doesNotContain("Q");
        pass(channel, Duration.ofSeconds(30));

        assertThat(application.lost()).isEqualTo(LossCause.READ_PAUSED);
    }

    @Test
    void autoReadOff_withAReadPending_silenceCounts() {
        EmbeddedChannel channel = channel(CONFIG);
        channel.config().setAutoRead(false);
        channel.read();
        pass(channel, CONFIG.detectionTime().plusSeconds(1));

        assertThat(application.lost()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
    }

    @Test
    void autoReadOff_aBeatTakesTheReadAway_soItIsAskedForAgain() {
        List<String> reads = new ArrayList<>();
        EmbeddedChannel channel = channel(
                new io.netty.channel.ChannelDuplexHandler() {
                    @Override
                    public void read(ChannelHandlerContext ctx) {
                        reads.add("read");
                        ctx.read();
                    }
                },
                handler(CONFIG),
                application);
        channel.config().setAutoRead(false);
        reads.clear();
        channel.read();
        channel.writeInbound(bytes('.'));
        assertThat(reads).hasSize(2);
        channel.writeInbound(bytes('x'));
        channel.<ByteBuf>readInbound();

        assertThat(reads).hasSize(2);
    }

    /** Timers run before reads: the first tick after a stop finds a passed deadline and no byte. */
    @Test
    void processStopped_whileThePeerSent_isNoDeath() {
        EmbeddedChannel channel = channel(CONFIG);
        pass(channel, Duration.ofMillis(45_000)); // asked, unanswered
        advance(channel, Duration.ofMinutes(5));
        assertThat(channel.isOpen()).isTrue();
        channel.writeInbound(bytes('x')); // what had come meanwhile
        pass(channel, Duration.ofSeconds(5));

        assertThat(channel.isOpen()).isTrue();
        assertThat(application.events).hasAtLeastOneElementOfType(HeartbeatEvent.LocalPause.class);
        channel.<ByteBuf>readInbound();
    }

    @Test
    void processStopped_andThePeerDied_isFoundAllTheSame() {
        EmbeddedChannel channel = channel(CONFIG);
        pass(channel, Duration.ofMillis(45_000));
        advance(channel, Duration.ofMinutes(5));
        pass(channel, CONFIG.localPauseAllowance().plus(CONFIG.detectionTime()));

        assertThat(application.lost()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
    }

    @Test
    void inputShutDown_silenceIsNoSign() {
        EmbeddedChannel channel = channel(CONFIG);
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        pass(channel, Duration.ofMinutes(2));

        assertThat(channel.isOpen()).isTrue();
        assertThat(sent(channel)).contains(".");
    }

    @Test
    void reconfigure_toAMoreExactOne_isFollowed() {
        HeartbeatHandler<ByteBuf> handler = handler(CONFIG);
        EmbeddedChannel channel = channel(handler, application);
        pass(channel, Duration.ofSeconds(1));
        HeartbeatConfig hurried = CONFIG.toBuilder()
                .beatInterval(Duration.ofMillis(200))
                .pingIdle(Duration.ofMillis(400))
                .pongTimeout(Duration.ofMillis(400))
                .maxMissedPongs(1)
                .build();
        handler.reconfigure(hurried);
        assertThat(LoopTicker.count()).isEqualTo(1);
        for (int i = 0; i < 100 && channel.isOpen(); i++) {
            advance(channel, Duration.ofMillis(10));
            sent(channel);
        }

        assertThat(application.lost()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
    }

    @Test
    void checkNow_pingsAtOnce_andGivesUpInTime() {
        HeartbeatHandler<ByteBuf> handler = handler(CONFIG);
        EmbeddedChannel channel = channel(handler, application);
        pass(channel, Duration.ofMillis(5_000));
        handler.pingNow(Duration.ofSeconds(2));
        assertThat(sent(channel)).isEqualTo("Q");
        pass(channel, Duration.ofMillis(2_000).plus(CONFIG.tick().multipliedBy(3)));

        assertThat(application.lost()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
    }

    @Test
    void formatThatThrows_leaksNothing() {
        EmbeddedChannel channel = channel(CONFIG);
        ByteBuf halfAQuestion = Unpooled.wrappedBuffer(new byte[] {'Q'});
        channel.writeInbound(halfAQuestion);

        assertThat(application.thrown).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(halfAQuestion.refCnt()).isZero();
    }

    @Test
    void beatThatCantBeWritten_isReported() {
        ChannelHandler encoder = new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                ReferenceCountUtil.release(message);
                promise.setFailure(new UnsupportedOperationException("no beats here"));
            }
        };
        EmbeddedChannel channel = channel(encoder, handler(CONFIG), application);
        pass(channel, Duration.ofSeconds(16));

        assertThat(application.thrown).hasMessage("no beats here");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void questionThatAHandlerHoldsBack_isNoStrike() {
        List<Runnable> heldBack = new ArrayList<>();
        ChannelHandler shaper = new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                heldBack.add(() -> ctx.writeAndFlush(message, promise));
            }
        };
        EmbeddedChannel channel = channel(shaper, handler(CONFIG), application);
        pass(channel, Duration.ofSeconds(75)); // asked after 30 s: three questions of 10 s would be over
        assertThat(application.events).noneMatch(HeartbeatEvent.PongMissed.class::isInstance);
        heldBack.forEach(Runnable::run);
        assertThat(sent(channel)).contains("Q");
        pass(channel, Duration.ofSeconds(8));
        assertThat(application.events).noneMatch(HeartbeatEvent.PongMissed.class::isInstance);
        heldBack.clear();
        pass(channel, Duration.ofSeconds(4));
        assertThat(application.events).anyMatch(HeartbeatEvent.PongMissed.class::isInstance);
        heldBack.forEach(Runnable::run);
        sent(channel);
    }

    @Test
    void writesThatAHandlerKeeps_areNoProgressOfTheConnection() {
        EmbeddedChannel channel = new EmbeddedChannel() {
            @Override
            protected void doWrite(ChannelOutboundBuffer waiting) {
                // nothing leaves
            }
        };
        ChannelHandler keepsWhileFull = new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                if (ctx.channel().isWritable()) {
                    ctx.write(message, promise);
                } else {
                    ReferenceCountUtil.release(message);
                }
            }
        };
        channel.freezeTime();
        channels.add(channel);
        HeartbeatConfig config =
                CONFIG.toBuilder().writeStallTimeout(Duration.ofSeconds(20)).build();
        channel.pipeline().addLast(keepsWhileFull, handler(config), application);
        channel.writeAndFlush(Unpooled.buffer(100_000).writeZero(100_000));
        for (int second = 0; second < 60 && application.thrown == null; second++) {
            channel.writeInbound(bytes('.')); // the peer lives
            channel.writeAndFlush(bytes('x'));
            pass(channel, Duration.ofSeconds(1));
        }

        assertThat(application.lost()).isEqualTo(LossCause.WRITE_STALLED);
    }

    @Test
    void wrongArgument_ofAnotherThread_isReported() throws Exception {
        HeartbeatHandler<ByteBuf> handler = handler(CONFIG);
        CountDownLatch told = new CountDownLatch(1);
        try (LocalPair pair = new LocalPair()) {
            pair.client(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel made) {
                    made.pipeline().addLast(handler, new ChannelInboundHandlerAdapter() {
                        @Override
                        public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
                            if (thrown instanceof IllegalArgumentException) {
                                told.countDown();
                            }
                        }
                    });
                }
            });
            handler.pingNow(Duration.ofSeconds(-5));
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void removedFromALivePipeline_doesNothingAnyMore() {
        HeartbeatHandler<ByteBuf> handler = handler(CONFIG);
        EmbeddedChannel channel = channel(handler, application);
        pass(channel, Duration.ofMillis(5_000));
        channel.pipeline().remove(handler);
        assertThat(LoopTicker.count()).isZero();
        pass(channel, Duration.ofMinutes(2));

        assertThat(channel.isOpen()).isTrue();
        assertThat(sent(channel)).isEmpty();
        assertThat(application.events).isEmpty();
    }

    @Test
    void addedToALivePipeline_works() {
        EmbeddedChannel channel = channel(application);
        channel.pipeline().addFirst(handler(CONFIG));
        pass(channel, CONFIG.detectionTime().plusSeconds(1));

        assertThat(application.lost()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
    }

    @Test
    void otherExecutorGroup_isRefused() {
        EmbeddedChannel channel = channel(application);
        DefaultEventLoopGroup other = new DefaultEventLoopGroup(1);
        try {
            channel.pipeline().addFirst(other, "late", handler(CONFIG));
            long start = System.nanoTime();
            while (application.thrown == null && System.nanoTime() - start < 10_000_000_000L) {
                channel.runPendingTasks();
            }
            assertThat(application.thrown)
                    .isInstanceOf(ChannelPipelineException.class)
                    .rootCause()
                    .hasMessageContaining("(expected: the channel's event loop; add HeartbeatHandler to the pipeline"
                            + " without an EventExecutorGroup)");
        } finally {
            Transport.shutDown(other);
        }
    }

    @Test
    void brokenConnection_isALossWithItsCause() {
        EmbeddedChannel channel = channel(CONFIG);
        channel.pipeline().fireExceptionCaught(new java.net.SocketException("Connection reset"));

        assertThat(application.lost()).isEqualTo(LossCause.PEER_RESET);
        assertThat(application.thrown).hasCauseInstanceOf(java.net.SocketException.class);
    }

    @Test
    void exceptionOfAnotherHandler_isNoLoss() {
        EmbeddedChannel channel = channel(CONFIG);
        channel.pipeline().fireExceptionCaught(new java.io.IOException("no such file"));

        assertThat(application.thrown).hasMessage("no such file");
        assertThat(channel.isOpen()).isTrue();
        assertThat(LoopTicker.count()).isEqualTo(1);
    }

    /** Its wheel is the loop's. */
    @Test
    void channelThatChangesItsLoop_takesItsHeartbeatAlong() throws Exception {
        LocalPair pair = new LocalPair();
        DefaultEventLoop other = new DefaultEventLoop();
        try {
            LocalChannel channel = pair.client(handler(HeartbeatConfig.builder()
                    .beatInterval(Duration.ofMillis(50))
                    .build()));
            assertThat(pair.letter()).isEqualTo('.');
            channel.deregister().sync();
            pair.moveTo(channel);
            pair.forgetLetters();
            assertThat(pair.letter()).isEqualTo('.');
        } finally {
            pair.close();
            Transport.shutDown(other);
        }
    }
}
