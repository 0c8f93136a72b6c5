package io.keepalive.sample;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * As much of SQL Server's protocol, TDS 7.4, as its driver needs for a login and queries of one number: Debian has no SQL
 * Server. Section numbers are those of [MS-TDS].
 */
public final class SqlServerStub {
    /** Types of messages, 2.2.3.1.1. */
    private static final int SQL_BATCH = 0x01;

    private static final int TABULAR_RESULT = 0x04;
    private static final int ATTENTION = 0x06;
    private static final int LOGIN7 = 0x10;
    private static final int PRELOGIN = 0x12;

    private static final int HEADER_BYTES = 8;
    private static final int END_OF_MESSAGE = 0x01;

    private SqlServerStub() {}

    /** Takes the port. */
    public static void main(String[] args) throws IOException {
        try (ServerSocket server = new ServerSocket(Integer.parseInt(args[0]))) {
            while (true) {
                Socket socket = server.accept();
                new Thread(() -> serve(socket), "serves").start();
            }
        }
    }

    private static void serve(Socket socket) {
        try (socket) {
            DataInputStream input = new DataInputStream(socket.getInputStream());
            while (true) {
                socket.getOutputStream().write(message(answer(messageType(input))));
            }
        } catch (EOFException e) {
            // The driver is done.
        } catch (IOException e) {
            System.err.println("SQL Server's stub: " + e);
        }
    }

    /** Reads a whole message, which may be in several packets, and returns its type. */
    private static int messageType(DataInputStream input) throws IOException {
        while (true) {
            int type = input.readUnsignedByte();
            int status = input.readUnsignedByte();
            int length = input.readUnsignedShort();
            input.readFully(new byte[length - 4]);
            if ((status & END_OF_MESSAGE) != 0) {
                return type;
            }
        }
    }

    private static ByteBuffer answer(int type) {
        ByteBuffer tokens = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case PRELOGIN -> prelogin(tokens);
            case LOGIN7 -> done(loginAck(tokens), 0x00, 0);
            case SQL_BATCH -> done(oneNumber(tokens), 0x10, 1); // DONE_COUNT
            case ATTENTION -> done(tokens, 0x20, 0); // DONE_ATTN
            default -> done(tokens, 0x00, 0);
        }
        return tokens.flip();
    }

    private static byte[] message(ByteBuffer tokens) {
        return ByteBuffer.allocate(HEADER_BYTES + tokens.remaining())
                .put((byte) TABULAR_RESULT)
                .put((byte) END_OF_MESSAGE)
                .putShort((short) (HEADER_BYTES + tokens.remaining()))
                .putInt(0) // the process, the packet's number, the window
                .put(tokens)
                .array();
    }

    /** A version, and no encryption: 2.2.6.5. */
    private static void prelogin(ByteBuffer tokens) {
        int options = 11;
        tokens.order(ByteOrder.BIG_ENDIAN)
                .put((byte) 0x00) // VERSION
                .putShort((short) options)
                .putShort((short) 6)
                .put((byte) 0x01) // ENCRYPTION
                .putShort((short) (options + 6))
                .putShort((short) 1)
                .put((byte) 0xFF) // TERMINATOR
                .put(new byte[] {16, 0, 0, 0, 0, 0})
                .put((byte) 0x02); // ENCRYPT_NOT_SUP
    }

    /** 2.2.7.14. */
    private static ByteBuffer loginAck(ByteBuffer tokens) {
        byte[] name = "Stub".getBytes(StandardCharsets.UTF_16LE);
        return tokens.put((byte) 0xAD)
                .putShort((short) (1 + 4 + 1 + name.length + 4))
                .put((byte) 0x01) // SQL_TSQL
                .put(new byte[] {0x74, 0x00, 0x00, 0x04}) // TDS 7.4
                .put((byte) (name.length / 2))
                .put(name)
                .put(new byte[] {16, 0, 0, 0});
    }

    /** One column of the type INT without a name, and a row with a 7: COLMETADATA 2.2.7.4, ROW 2.2.7.20. */
    private static ByteBuffer oneNumber(ByteBuffer tokens) {
        return tokens.put((byte) 0x81)
                .putShort((short) 1)
                .putInt(0) // UserType
                .putShort((short) 0) // Flags
                .put((byte) 0x38) // INT4TYPE
                .put((byte) 0) // ColName
                .put((byte) 0xD1)
                .putInt(7);
    }

    /** 2.2.7.6. */
    private static void done(ByteBuffer tokens, int status, long rows) {
        tokens.put((byte) 0xFD).putShort((short) status).putShort((short) 0).putLong(rows);
    }
}
