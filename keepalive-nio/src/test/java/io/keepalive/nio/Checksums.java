package io.keepalive.nio;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.nio.blocking.BlockingHeartbeats;
import io.keepalive.nio.blocking.HeartbeatSocket;
import io.keepalive.nio.blocking.ReadMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * Sends bytes through each style in random pieces, to a reader who takes random pieces and now and then a rest, beats in
 * between, and compares the checksums of both ends. CRC32C depends on the order of the bytes, so that a lost, doubled or
 * moved one changes it.
 *
 * <p>For 10 GB in sum, with the test class path: {@code java io.keepalive.nio.Checksums 10000000000}
 */
final class Checksums {
    private static final HeartbeatConfig CONFIG =
            HeartbeatConfig.parse("ping-idle=5s,beat-interval=20ms,write-stall-timeout=60s,require-heartbeats");
    private static final int LARGEST_PIECE = 200_000;

    private Checksums() {}

    /** What both ends have seen. */
    record Sums(long sent, long received) {}

    public static void main(String[] args) throws Exception {
        long each = Long.parseLong(args[0]) / 3;
        System.out.println("loop   " + each + " bytes " + loops(each, 1));
        System.out.println("inline " + each + " bytes " + sockets(each, 2, ReadMode.INLINE));
        System.out.println("pumped " + each + " bytes " + sockets(each, 3, ReadMode.PUMPED));
    }

    /** Through two selector loops. */
    static Sums loops(long bytes, long seed) throws Exception {
        try (Pair pair = Pair.channels()) {
            CompletableFuture<Long> sent = inBackground(() -> new LoopEnd(pair.channel(), seed).send(bytes));
            long received = new LoopEnd(pair.far().getChannel(), ~seed).receive();
            return new Sums(sent.get(60, TimeUnit.MINUTES), received);
        }
    }

    /** Through two blocking sockets. */
    static Sums sockets(long bytes, long seed, ReadMode mode) throws Exception {
        try (Pair pair = Pair.plain();
                BlockingHeartbeats heartbeats = new BlockingHeartbeats(CONFIG);
                HeartbeatSocket near = heartbeats.wrap(pair.near(), mode);
                HeartbeatSocket far = heartbeats.wrap(pair.far(), mode)) {
            CompletableFuture<Long> sent = inBackground(() -> {
                Pieces pieces = new Pieces(seed);
                for (long left = bytes; left > 0; ) {
                    int piece = pieces.next(left);
                    near.output().write(pieces.array(), 0, piece);
                    left -= piece;
                }
                near.end();
                // Somebody has to read the far side's beats.
                assertEnd(near.input().read());
                return pieces.sum();
            });
            Pieces pieces = new Pieces(~seed);
            for (int count = 0; count >= 0; count = far.input().read(pieces.array(), 0, pieces.room())) {
                pieces.received(count);
            }
            far.end();
            return new Sums(sent.get(60, TimeUnit.MINUTES), pieces.sum());
        }
    }

    private static void assertEnd(int value) throws IOException {
        if (value != -1) {
            throw new IOException("read " + value + " (expected: END)");
        }
    }

    /** Random bytes in random pieces, and what became of them. */
    private static final class Pieces {
        private final Random random;
        private final byte[] array = new byte[LARGEST_PIECE];
        private final Checksum checksum = new CRC32C();
        private int offset;

        Pieces(long seed) {
            this.random = new Random(seed);
            random.nextBytes(array);
        }

        byte[] array() {
            return array;
        }

        long sum() {
            return checksum.getValue();
        }

        /** Makes a piece: mostly large, sometimes tiny. */
        int next(long left) {
            int bound = random.nextInt(4) == 0 ? 100 : LARGEST_PIECE;
            int piece = (int) Math.min(left, 1 + random.nextInt(bound));
            array[random.nextInt(piece)] = (byte) offset++; // no two pieces are alike
            checksum.update(array, 0, piece);
            return piece;
        }

        int room() {
            return 1 + random.nextInt(random.nextInt(4) == 0 ? 10 : LARGEST_PIECE);
        }

        void received(int count) {
            checksum.update(array, 0, count);
            if (random.nextInt(500) == 0) {
                LockSupport.parkNanos(20_000_000); // long enough for the buffers on the way to fill
            }
        }
    }

    /** One end in a selector loop of its own. */
    private static final class LoopEnd {
        private final Selector selector = Selector.open();
        private final HeartbeatLoop heartbeats = new HeartbeatLoop(CONFIG);
        private final HeartbeatChannel channel;
        private final Pieces pieces;

        LoopEnd(SocketChannel socket, long seed) throws IOException {
            socket.configureBlocking(false);
            this.channel = heartbeats.add(socket.register(selector, SelectionKey.OP_READ));
            this.pieces = new Pieces(seed);
        }

        long send(long bytes) throws IOException {
            ByteBuffer piece = ByteBuffer.wrap(pieces.array()).limit(0);
            ByteBuffer nothing = ByteBuffer.allocate(100);
            long left = bytes;
            while (left > 0 || piece.hasRemaining()) {
                if (!piece.hasRemaining()) {
                    int length = pieces.next(left);
                    left -= length;
                    piece.limit(length).position(0);
                }
                channel.write(piece);
                if (piece.hasRemaining()) {
                    round();
                    channel.read(nothing);
                    channel.flush();
                }
            }
            channel.end();
            while (channel.read(nothing) >= 0) {
                round();
                channel.flush();
            }
            channel.close();
            return pieces.sum();
        }

        long receive() throws IOException {
            ByteBuffer target = ByteBuffer.wrap(pieces.array());
            while (true) {
                round();
                int count = channel.read(target.clear().limit(pieces.room()));
                if (count < 0) {
                    break;
                }
                pieces.received(count);
            }
            channel.end();
            while (channel.isOpen()) {
                round();
                channel.flush();
                channel.read(target.clear());
            }
            return pieces.sum();
        }

        private void round() throws IOException {
            selector.select(key -> {}, heartbeats.timeoutMillis());
            heartbeats.tick((ended, lost) -> {
                throw new IllegalStateException(lost);
            });
        }
    }

    private interface Task {
        long run() throws IOException;
    }

    private static CompletableFuture<Long> inBackground(Task task) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return task.run();
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                runnable -> new Thread(runnable, "checksums").start());
    }
}
