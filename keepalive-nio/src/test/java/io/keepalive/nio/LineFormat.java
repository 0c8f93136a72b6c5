package io.keepalive.nio;

import io.keepalive.heartbeat.HeartbeatFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A protocol of lines with a heartbeat of its own. Beats are empty lines. */
final class LineFormat implements HeartbeatFormat<ByteBuffer> {
    @Override
    public ByteBuffer beat() {
        return line("");
    }

    @Override
    public ByteBuffer ping(long id) {
        return line("PING " + id);
    }

    @Override
    public ByteBuffer pong(long id) {
        return line("PONG " + id);
    }

    @Override
    public boolean read(ByteBuffer message, Signals signals) {
        String text = StandardCharsets.US_ASCII.decode(message.duplicate()).toString();
        if (text.isEmpty()) {
            signals.onBeat();
        } else if (text.startsWith("PING ")) {
            signals.onPing(Long.parseLong(text.substring(5)));
        } else if (text.startsWith("PONG ")) {
            signals.onPong(Long.parseLong(text.substring(5)));
        } else {
            return false;
        }
        return true;
    }

    static ByteBuffer line(String text) {
        return ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
