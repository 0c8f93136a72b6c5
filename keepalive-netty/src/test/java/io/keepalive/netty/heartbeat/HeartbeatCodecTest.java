package io.keepalive.netty.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.HeartbeatEvent;
import io.keepalive.heartbeat.wire.CloseReason;
import io.keepalive.heartbeat.wire.ConnectionEnd;
import io.keepalive.heartbeat.wire.FrameHeader;
import io.keepalive.heartbeat.wire.FrameType;
import io.keepalive.loss.ConnectionLostException;
import io.keepalive.loss.LossCause;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ResourceLeakDetector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two codecs that talk to each other, in virtual time. */
@SuppressWarnings("FutureReturnValueIgnored") // the tests tell what arrived
class HeartbeatCodecTest {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.builder().jitterPercent(0).build();

    /** One end. */
    private static final class Side extends ChannelInboundHandlerAdapter {
        final EmbeddedChannel channel;
        final StringBuilder received = new StringBuilder();
        final List<Object> events = new ArrayList<>();
        Consumer<Object> onEvent = event -> {};

        @Nullable
        Throwable thrown;

        Side() {
            channel = new EmbeddedChannel(new HeartbeatCodec(CONFIG), this);
            channel.freezeTime();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            received.append(bytes.toString(StandardCharsets.US_ASCII));
            bytes.release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            events.add(event);
            onEvent.accept(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            thrown = cause;
        }

        void send(String text) {
            channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        }

        /** All that was sent and not yet taken. */
        ByteBuf sent() {
            ByteBuf all = Unpooled.buffer();
            for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
                all.writeBytes(part);
                part.release();
            }
            return all;
        }

        int largest() {
            return events.stream()
                    .filter(ProtocolEvent.Agreed.class::isInstance)
                    .map(ProtocolEvent.Agreed.class::cast)
                    .findAny()
                    .orElseThrow()
                    .agreement()
                    .maxSendPayload();
        }

        void pass(Duration time) {
            channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
            channel.runPendingTasks();
        }

        LossCause lost() {
            assertThat(thrown).isInstanceOf(ConnectionLostException.class);
            return Objects.requireNonNull((ConnectionLostException) thrown).cause();
        }
    }

    private final Side left = new Side();
    private final Side right = new Side();

    @AfterEach
    void finish() {
        left.channel.finishAndReleaseAll();
        right.channel.finishAndReleaseAll();
        assertThat(LoopTicker.count()).isZero();
    }

    private static void deliver(Side from, Side to) {
        ByteBuf bytes = from.sent();
        if (bytes.isReadable()) {
            to.channel.writeInbound(bytes);
        } else {
            bytes.release();
        }
    }

    private void exchange() {
        deliver(left, right);
        deliver(right, left);
        deliver(left, right);
    }

    @Test
    void hello_goesFirst_andIsAgreedOn() {
        exchange();

        assertThat(left.events).anyMatch(ProtocolEvent.Agreed.class::isInstance);
        assertThat(right.thrown).isNull();
    }

    @Test
    void data_ofAnySize_arrives() {
        exchange();
        String large = "0123456789".repeat(20_000);
        left.send("a");
        left.send(large);
        left.send("");
        exchange();

        assertThat(right.received).hasToString("a" + large);
    }

    @Test
    void beforeThePeersHello_dataIsHeldBack_andComesWhole() {
        left.send("x".repeat(2000));
        deliver(left, right);
        assertThat(right.received).isEmpty();
        exchange();

        assertThat(right.received).hasSize(2000);
        assertThat(right.thrown).isNull();
    }

    @Test
    void closedBeforeThePeersHello_whatWasWrittenLeavesFirst() {
        left.send("x".repeat(2000));
        left.channel.close();
        deliver(left, right);

        assertThat(right.received).hasSize(2000);
        assertThat(right.thrown).isNull();
    }

    @Test
    void writtenByAHandlerThatHearsOfAFullQueue_comesBehindTheFrame() {
        exchange();
        left.channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
        AtomicInteger more = new AtomicInteger(3);
        left.channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                if (more.getAndDecrement() > 0) {
                    ctx.write(Unpooled.copiedBuffer("b", StandardCharsets.US_ASCII));
                }
            }
        });
        left.channel.write(Unpooled.copiedBuffer("aaaa", StandardCharsets.US_ASCII));
        left.channel.flush();
        exchange();

        assertThat(right.thrown).isNull();
        assertThat(right.received.toString()).startsWith("aaaab");
    }

    @Test
    void stream_cutAnywhere_givesTheSame() {
        Random random = new Random(7);
        for (int run = 0; run < 300; run++) {
            Side one = new Side();
            Side two = new Side();
            deliver(two, one);
            one.send("first");
            HeartbeatCodec codec = one.channel.pipeline().get(HeartbeatCodec.class);
            codec.pingNow(Duration.ofSeconds(1)); // a PING
            one.send("second, and longer");
            one.channel.writeAndFlush(FrameType.END);
            ByteBuf stream = one.sent();
            while (stream.isReadable()) {
                int length = Math.min(stream.readableBytes(), 1 + random.nextInt(run % 20 + 1));
                two.channel.writeInbound(stream.readRetainedSlice(length));
            }
            stream.release();

            assertThat(two.received).hasToString("firstsecond, and longer");
            assertThat(two.events).contains(new ProtocolEvent.InputEnded());
            deliver(two, one);
            assertThat(one.events).hasAtLeastOneElementOfType(HeartbeatEvent.RoundTrip.class);
            assertThat(two.thrown).isNull();
            one.channel.finishAndReleaseAll();
            two.channel.finishAndReleaseAll();
        }
    }

    @Test
    void shortFrames_thousandsInOneBuffer_areFewMessages() {
        exchange();
        AtomicInteger messages = new AtomicInteger();
        right.channel
                .pipeline()
                .addBefore(right.channel.pipeline().lastContext().name(), "count", new Counter(messages));
        StringBuilder expected = new StringBuilder();
        ByteBuf frames = Unpooled.buffer();
        for (int i = 0; i < 10_000; i++) {
            char letter = (char) ('a' + i % 26);
            frames.writeInt(FrameHeader.of(FrameType.DATA, 1)).writeByte(letter);
            frames.writeInt(FrameHeader.of(FrameType.BEAT, 0));
            expected.append(letter);
        }
        right.channel.writeInbound(frames);

        assertThat(right.received).hasToString(expected.toString());
        assertThat(messages).hasValueLessThan(20);
    }

    @Test
    void shortFrames_thenEndOrViolation_areReadBeforeIt() {
        exchange();
        List<String> order = new ArrayList<>();
        ByteBuf frames = Unpooled.buffer();
        for (int i = 0; i < 100; i++) {
            frames.writeInt(FrameHeader.of(FrameType.DATA, 1)).writeByte('x');
        }
        frames.writeInt(FrameHeader.of(FrameType.END, 0));
        frames.writeInt(FrameHeader.of(FrameType.DATA, 1)).writeByte('y'); // nothing may come behind an END
        right.onEvent = event -> order.add(event.getClass().getSimpleName() + " after " + right.received.length());
        right.channel.writeInbound(frames);

        assertThat(right.received).hasToString("x".repeat(100));
        assertThat(order).contains("InputEnded after 100");
        assertThat(right.lost()).isEqualTo(LossCause.PROTOCOL);
    }

    private static final class Counter extends ChannelInboundHandlerAdapter {
        private final AtomicInteger messages;

        Counter(AtomicInteger messages) {
            this.messages = messages;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            messages.incrementAndGet();
            ctx.fireChannelRead(message);
        }
    }

    @Test
    void unknownOptionalFrame_isSkipped_anotherIsAViolationReportedToThePeer() {
        exchange();
        right.channel.writeInbound(Unpooled.buffer().writeInt(0x90 << 24 | 3).writeBytes(new byte[2]));
        right.channel.writeInbound(Unpooled.buffer()
                .writeByte(9)
                .writeInt(FrameHeader.of(FrameType.DATA, 1))
                .writeByte('x'));
        assertThat(right.received).hasToString("x");
        right.channel.writeInbound(Unpooled.buffer().writeInt(0x10 << 24));

        assertThat(right.lost()).isEqualTo(LossCause.PROTOCOL);
        assertThat(right.channel.isOpen()).isFalse();
        deliver(right, left);
        assertThat(left.lost()).isEqualTo(LossCause.PEER_CLOSED);
        assertThat(left.thrown).hasMessageContaining(CloseReason.UNKNOWN_TYPE.description());
    }

    @Test
    void headroom_isUsed_ifNoOtherOwnerCanSee() {
        exchange();
        ByteBuf own = untracked(16).writeInt(0).writeByte('x').skipBytes(HeartbeatCodec.HEADROOM);
        left.channel.writeOutbound(own);
        assertThat(left.channel.<ByteBuf>readOutbound()).isSameAs(own);
        assertThat(own.release()).isTrue();

        ByteBuf shared = Unpooled.buffer(16).writeInt(0x01020304).writeByte('x');
        ByteBuf constant = Unpooled.unreleasableBuffer(shared);
        left.channel.writeOutbound(constant.duplicate().skipBytes(HeartbeatCodec.HEADROOM));
        assertThat(shared.getInt(0)).isEqualTo(0x01020304);
        left.sent().release();
        shared.release();
    }

    @Test
    void idle_forTenMinutes_bothBeatAndNonePings() {
        exchange();
        for (int second = 0; second < 600; second++) {
            left.pass(Duration.ofSeconds(1));
            right.pass(Duration.ofSeconds(1));
            exchange();
        }

        assertThat(left.thrown).isNull();
        assertThat(right.thrown).isNull();
        assertThat(left.events).noneMatch(HeartbeatEvent.PongMissed.class::isInstance);
    }

    @Test
    void silentPeer_isLostWithinTheBound_withoutClose() {
        exchange();
        left.sent().release();
        for (int i = 0; i < 600; i++) {
            left.pass(Duration.ofMillis(100));
        }
        assertThat(left.channel.isOpen()).isTrue();
        for (int i = 0; i < 40; i++) {
            left.pass(Duration.ofMillis(100));
        }

        assertThat(left.lost()).isEqualTo(LossCause.HEARTBEAT_TIMEOUT);
        assertThat(left.channel.isOpen()).isFalse();
    }

    @Test
    void startOfAHelloOnly_isLostAfterTenSeconds() {
        left.channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {(byte) FrameType.HELLO.code()}));
        for (int i = 0; i < 130; i++) {
            left.pass(Duration.ofMillis(100));
        }

        assertThat(left.lost()).isEqualTo(LossCause.PROTOCOL);
        assertThat(left.thrown).hasMessageContaining("HELLO");
    }

    @Test
    void end_ofBothSides_endsInOrder() {
        exchange();
        left.send("last words");
        left.channel.writeAndFlush(FrameType.END);
        exchange();
        assertThat(right.received).hasToString("last words");
        assertThat(right.channel.isOpen()).isTrue();
        right.send("mine too");
        right.channel.writeAndFlush(FrameType.END);
        exchange();
        exchange();

        assertThat(left.received).hasToString("mine too");
        assertThat(left.thrown).isNull();
        assertThat(right.thrown).isNull();
        assertThat(left.channel.isOpen()).isFalse();
        assertThat(right.channel.isOpen()).isFalse();
    }

    @Test
    void dataAfterEnd_isRefused() {
        exchange();
        left.channel.writeAndFlush(FrameType.END);

        assertThatThrownBy(() -> left.channel.writeOutbound(Unpooled.copiedBuffer(new byte[1])))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> left.channel.writeOutbound("text"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("write: String (expected: ByteBuf, FrameType.END or a CloseReason)");
    }

    @Test
    void endOfStream_withoutEnd_isALoss() {
        exchange();
        left.channel.close();
        left.sent().release();
        right.channel.pipeline().fireChannelInactive();

        assertThat(right.lost()).isEqualTo(LossCause.PEER_CLOSED);
    }

    @Test
    void closeReason_isReported() {
        exchange();
        left.channel.writeAndFlush(CloseReason.GOING_AWAY);
        deliver(left, right);

        assertThat(left.thrown).isNull();
        assertThat(right.thrown).isNull(); // nobody lost anything
        assertThat(right.events)
                .filteredOn(ConnectionEnd.class::isInstance)
                .singleElement()
                .asString()
                .contains(CloseReason.GOING_AWAY.description());
    }

    @Test
    void cancelledWrite_leavesNoHeaderBehind() {
        exchange();
        ChannelPromise early = left.channel.newPromise();
        early.cancel(false);
        left.channel.write(Unpooled.copiedBuffer("early", StandardCharsets.US_ASCII), early);
        ChannelFuture late = left.channel.write(Unpooled.copiedBuffer("late ", StandardCharsets.US_ASCII));
        assertThat(late.cancel(false)).isFalse();
        left.send("in order");
        exchange();

        assertThat(right.received).hasToString("late in order");
        assertThat(right.thrown).isNull();
    }

    @Test
    void headroomOfAWrappedArray_isLeftAlone() {
        exchange();
        byte[] shared = {1, 2, 3, 4, 'x'};
        left.channel.writeOutbound(Unpooled.wrappedBuffer(shared).skipBytes(HeartbeatCodec.HEADROOM));
        deliver(left, right);

        assertThat(right.received).hasToString("x");
        assertThat(shared).containsExactly(1, 2, 3, 4, 'x');
    }

    /** Pooled, and not wrapped by the leak detector, as one of many is: a view of another buffer is left alone. */
    private static ByteBuf untracked(int capacity) {
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        try {
            return PooledByteBufAllocator.DEFAULT.buffer(capacity);
        } finally {
            ResourceLeakDetector.setLevel(level);
        }
    }

    /** One array, written to many channels. */
    @Test
    void wrappedArrayOfSeveralFrames_isNotOverwrittenByTheHeaderOfTheLast() {
        exchange();
        copyAsATransportDoes(left.channel);
        byte[] shared = new byte[left.largest() + 4];
        Arrays.fill(shared, (byte) 'x');
        left.channel.writeOutbound(Unpooled.wrappedBuffer(shared));

        assertThat(shared).containsOnly('x');
    }

    private static void copyAsATransportDoes(EmbeddedChannel channel) {
        channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                ByteBuf copy = ((ByteBuf) message).copy();
                ReferenceCountUtil.release(message);
                ctx.write(copy, promise);
            }
        });
    }

    @Test
    void headroomOfACompositeBuffer_isLeftAlone() {
        exchange();
        ByteBuf shared = Unpooled.buffer(16).writeInt(0x01020304).writeByte('x');
        ByteBuf composite = Unpooled.wrappedBuffer(
                shared.retainedDuplicate(), Unpooled.buffer(1).writeByte('y'));
        left.channel.writeOutbound(composite.skipBytes(HeartbeatCodec.HEADROOM));
        deliver(left, right);

        assertThat(right.received).hasToString("xy");
        assertThat(shared.getInt(0)).isEqualTo(0x01020304);
        shared.release();
    }

    @Test
    void closeReason_comesBehindWhatWasWrittenBefore_butNotForEver() {
        exchange();
        AtomicReference<ChannelPromise> waiting = new AtomicReference<>();
        left.channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                waiting.set(promise);
                ReferenceCountUtil.release(message);
            }
        });
        ChannelFuture closed = left.channel.write(CloseReason.GOING_AWAY);
        assertThat(waiting).doesNotHaveNullValue();
        for (int second = 1; second < CONFIG.closeTimeout().toSeconds(); second++) {
            left.channel.writeInbound(Unpooled.copyInt(FrameHeader.of(FrameType.BEAT, 0))); // no progress of ours
            left.pass(Duration.ofSeconds(1));
        }
        assertThat(left.channel.isOpen()).isTrue();
        left.pass(Duration.ofSeconds(1));
        left.pass(Duration.ofSeconds(1));

        assertThat(left.channel.isOpen()).isFalse();
        assertThat(closed.isSuccess()).isTrue();
    }

    @Test
    void removed_aHeaderThatHasComeInPart_isTheNextHandlers() {
        exchange();
        right.channel.writeInbound(Unpooled.copiedBuffer("GE", StandardCharsets.US_ASCII));
        right.channel.pipeline().remove(HeartbeatCodec.class);
        right.channel.writeInbound(Unpooled.copiedBuffer("T /", StandardCharsets.US_ASCII));

        assertThat(right.received).hasToString("GET /");
    }

    @Test
    void removedInTheMidstOfARead_leavesTheRestToTheNext() {
        exchange();
        ByteBuf frames = Unpooled.buffer();
        frames.writeInt(FrameHeader.of(FrameType.DATA, 1)).writeByte('a');
        frames.writeByte('b');
        right.channel
                .pipeline()
                .addAfter(
                        right.channel.pipeline().context(HeartbeatCodec.class).name(),
                        "remover",
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object message) {
                                if (ctx.pipeline().get(HeartbeatCodec.class) != null) {
                                    ctx.pipeline().remove(HeartbeatCodec.class);
                                }
                                ctx.fireChannelRead(message);
                            }
                        });
        right.channel.writeInbound(frames);

        assertThat(right.received).hasToString("ab");
        assertThat(right.channel.isOpen()).isTrue();
    }
}
