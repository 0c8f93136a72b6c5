package io.keepalive.benchmarks.close;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.FrameEncoder;
import io.keepalive.heartbeat.wire.FrameOrder;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import io.keepalive.loss.ConnectionLoss;
import io.keepalive.nio.blocking.BlockingHeartbeats;
import io.keepalive.nio.blocking.HeartbeatSocket;
import io.keepalive.nio.blocking.ReadMode;
import io.keepalive.socket.KeepAliveStatistics;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Ends connections in every way, on every stack, and prints what each reports and counts: one row for all stacks. */
final class Ends {
    private static final List<Stack> STACKS =
            List.of(Stack.INLINE, Stack.PUMPED, Stack.LOOP, Stack.NETTY_NIO, Stack.NETTY_EPOLL, Stack.NETTY_IO_URING);

    /** Who ends a connection, and how. */
    private enum Actor {
        PEER_CLOSES,
        BOTH_SEND_END,
        /** As a killed process does whose input was read. */
        PEER_FIN_WITHOUT_A_WORD,
        PEER_RESETS,
        PEER_IS_SILENT,
        PEER_BREAKS_THE_PROTOCOL,
        THIS_SIDE_CLOSES,
        THIS_SIDE_ABORTS,
        HANDLER_IN_FRONT_CLOSES,
        EXECUTOR_SHUTS_DOWN
    }

    private Ends() {}

    public static void main(String[] args) throws Exception {
        boolean isOneRow = true;
        for (Actor actor : Actor.values()) {
            Map<String, Set<Stack>> results = new LinkedHashMap<>();
            for (Stack stack : STACKS) {
                String result = run(actor, stack);
                if (result != null) {
                    results.computeIfAbsent(result, any -> new LinkedHashSet<>())
                            .add(stack);
                }
            }
            System.out.println(actor);
            results.forEach((result, stacks) -> System.out.println("    " + result + "  " + stacks));
            isOneRow &= results.size() == 1;
        }
        System.out.println(isOneRow ? "one row for all stacks" : "the stacks differ");
        System.exit(isOneRow ? 0 : 1);
    }

    private static @Nullable String run(Actor actor, Stack stack) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Side side = side(stack, listener.getLocalPort());
            Socket peer = listener.accept();
            Map<String, Long> before = KeepAliveStatistics.get().getLosses();
            if (!end(actor, side, peer)) {
                return null;
            }
            ConnectionLoss loss = side.over().get(30, TimeUnit.SECONDS);
            TimeUnit.MILLISECONDS.sleep(200); // it is counted beside
            System.err.println(actor + " " + stack + " " + loss);
            String cause = loss.cause().name(); // the peer, in this process, counts another one
            long counted =
                    KeepAliveStatistics.get().getLosses().getOrDefault(cause, 0L) - before.getOrDefault(cause, 0L);
            return cause + " " + loss.confidence() + ", counted " + counted;
        }
    }

    private static Side side(Stack stack, int port) throws Exception {
        if (stack.isNetty()) {
            return new NettySide(stack, port);
        }
        return stack.isLoop() ? new LoopSide(port) : new BlockingSide(ReadMode.valueOf(stack.name()), port);
    }

    /** False if this stack has no such actor. */
    private static boolean end(Actor actor, Side side, Socket peer) throws Exception {
        switch (actor) {
            case PEER_CLOSES -> framed(peer).close();
            case BOTH_SEND_END -> {
                HeartbeatSocket framed = framed(peer);
                side.end();
                TimeUnit.MILLISECONDS.sleep(300); // this side ends first
                framed.end();
                framed.close();
            }
            case PEER_FIN_WITHOUT_A_WORD -> {
                sayHello(peer);
                peer.shutdownOutput();
            }
            case PEER_RESETS -> {
                sayHello(peer);
                peer.setSoLinger(true, 0);
                peer.close();
            }
            case PEER_IS_SILENT -> sayHello(peer);
            case PEER_BREAKS_THE_PROTOCOL -> {
                sayHello(peer);
                peer.getOutputStream().write(new byte[] {0x7F, 1, 2, 3});
            }
            case THIS_SIDE_CLOSES -> {
                framed(peer);
                side.close();
            }
            case THIS_SIDE_ABORTS -> {
                framed(peer);
                side.abort();
            }
            case HANDLER_IN_FRONT_CLOSES -> {
                framed(peer);
                return side.endBehindItsBack(false);
            }
            case EXECUTOR_SHUTS_DOWN -> {
                framed(peer);
                return side.endBehindItsBack(true);
            }
        }
        return true;
    }

    /** A peer by the book, that reads all the time. */
    private static HeartbeatSocket framed(Socket peer) throws Exception {
        HeartbeatSocket framed = new BlockingHeartbeats(HeartbeatConfig.defaults()).wrap(peer, ReadMode.PUMPED);
        TimeUnit.MILLISECONDS.sleep(300); // until both have said HELLO
        return framed;
    }

    private static void sayHello(Socket peer) throws Exception {
        HeartbeatProtocol protocol = HeartbeatProtocol.of(HeartbeatConfig.defaults());
        ByteBuffer out = ByteBuffer.allocate(FrameEncoder.CONTROL_FRAME_BYTES);
        new FrameEncoder(new FrameOrder(protocol, System.nanoTime())).hello(out);
        peer.getOutputStream().write(out.array(), 0, out.position());
        TimeUnit.MILLISECONDS.sleep(300);
        peer.getInputStream().skip(peer.getInputStream().available()); // or a FIN would be a reset
    }
}
