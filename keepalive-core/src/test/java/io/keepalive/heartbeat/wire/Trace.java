package io.keepalive.heartbeat.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What a decoder told, one line for each frame; an error is the last line. A DATA frame that is not complete has a "+". */
final class Trace {
    private final FrameDecoder decoder;
    private final List<String> lines = new ArrayList<>();
    private final StringBuilder data = new StringBuilder();

    Trace(FrameDecoder decoder) {
        this.decoder = decoder;
    }

    static List<String> of(Hello receiver, byte[]... pieces) {
        Trace trace = new Trace(new FrameDecoder(Orders.of(receiver, 0)));
        for (byte[] piece : pieces) {
            if (!trace.feed(ByteBuffer.wrap(piece))) {
                break;
            }
        }
        return trace.lines();
    }

    /** Returns false after an error. */
    boolean feed(ByteBuffer in) {
        try {
            while (decoder.next(in)) {
                add(in);
            }
            return true;
        } catch (ProtocolException e) {
            lines.add(error(e));
            return false;
        }
    }

    static String error(ProtocolException e) {
        return e.reason() + " " + e.reason().code() + " at " + e.offset();
    }

    private void add(ByteBuffer in) {
        FrameType type = decoder.type();
        switch (type) {
            case HELLO -> lines.add("HELLO " + decoder.hello());
            case DATA -> {
                ByteBuffer piece = decoder.slice(in);
                byte[] bytes = new byte[piece.remaining()];
                piece.get(bytes);
                data.append(HexFormat.of().formatHex(bytes));
                if (decoder.dataRemaining() == 0) {
                    lines.add("DATA " + data);
                    data.setLength(0);
                }
            }
            case PING, PONG -> lines.add(type + " " + HexFormat.of().toHexDigits(decoder.id()));
            case CLOSE -> lines.add("CLOSE " + decoder.closeCode());
            case BEAT, END -> lines.add(type.name());
        }
    }

    List<String> lines() {
        List<String> all = new ArrayList<>(lines);
        if (data.length() > 0) {
            all.add("DATA " + data + "+");
        }
        return all;
    }
}
