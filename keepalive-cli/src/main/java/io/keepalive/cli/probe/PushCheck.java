package io.keepalive.cli.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** Whether {@code keepalive probe --serve} is at the other end. */
final class PushCheck {
    private static final int PATIENCE_MILLIS = (int) TimeUnit.SECONDS.toMillis(5);

    private PushCheck() {}

    /**
     * Asks for a push at once.
     *
     * @throws IOException if the answer is not the one of {@link PushServer}
     */
    static void run(InetSocketAddress server) throws IOException {
        PushRequest request = new PushRequest(0);
        try (Socket socket = new Socket()) {
            socket.connect(server, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.bytes().array());
            byte[] answer = socket.getInputStream().readNBytes(PushRequest.OK.length());
            if (!request.isAccepted(ByteBuffer.wrap(answer))) {
                throw new IOException("unexpected answer");
            }
        } catch (IOException e) {
            throw new IOException("--both-directions: " + e.getMessage()
                    + " (expected: 'keepalive probe --serve PORT' running there)");
        }
    }
}
