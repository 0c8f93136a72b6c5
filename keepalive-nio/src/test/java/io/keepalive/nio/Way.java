package io.keepalive.nio;

import io.keepalive.heartbeat.HeartbeatConfig;
import io.keepalive.heartbeat.wire.FrameEncoder;
import io.keepalive.heartbeat.wire.FrameOrder;
import io.keepalive.heartbeat.wire.HeartbeatProtocol;
import io.keepalive.loss.LossCause;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;

/** A way in which a connection ends, as its peer, a bare socket, brings it about; or not. */
enum Way {
    CLOSED_HERE(LossCause.LOCAL_CLOSED),
    FIN(LossCause.PEER_CLOSED) {
        @Override
        void kill(Socket peer) throws IOException {
            peer.shutdownOutput();
        }
    },
    RESET(LossCause.PEER_RESET) {
        @Override
        void kill(Socket peer) throws IOException {
            peer.setSoLinger(true, 0);
            peer.close();
        }
    },
    VIOLATION(LossCause.PROTOCOL) {
        @Override
        void kill(Socket peer) throws IOException {
            peer.getOutputStream().write(new byte[] {0x7F, 1, 2, 3});
        }
    },
    SILENCE(LossCause.HEARTBEAT_TIMEOUT),
    STALL(LossCause.WRITE_STALLED);

    private static final HeartbeatConfig SHORT =
            HeartbeatConfig.parse("ping-idle=200ms,pong-timeout=200ms,max-missed-pongs=1,write-stall-timeout=60s");
    private static final HeartbeatConfig STALLING =
            HeartbeatConfig.parse("ping-idle=60s,beat-interval=200ms,write-stall-timeout=300ms");
    private static final HeartbeatConfig PATIENT =
            HeartbeatConfig.parse("ping-idle=60s,write-stall-timeout=60s,close-timeout=1s");

    final LossCause cause;

    Way(LossCause cause) {
        this.cause = cause;
    }

    /** Under which the connection ends in this way and no other. */
    HeartbeatConfig config() {
        return switch (this) {
            case SILENCE -> SHORT;
            case STALL -> STALLING;
            default -> PATIENT;
        };
    }

    /** What the peer does. */
    void kill(Socket peer) throws IOException {}

    /** Whether the connection floods the peer, which does not read; over TLS a FIN or RST would be behind that. */
    boolean floods() {
        return this == STALL || this == CLOSED_HERE;
    }

    /** What a peer has to say first: that it wants to hear as often as can be, or it would be looked at rarely. */
    static byte[] hello() {
        ByteBuffer out = ByteBuffer.allocate(FrameEncoder.CONTROL_FRAME_BYTES);
        new FrameEncoder(new FrameOrder(HeartbeatProtocol.of(SHORT), 0)).hello(out);
        return out.array();
    }
}
