package io.keepalive.clients;

import io.keepalive.testing.TestCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;

/** As much of IMAP4 (RFC 3501, and 2177 for IDLE) as a client needs to open one empty folder and to wait for mail. */
final class ImapServer implements AutoCloseable {
    private static final String CRLF = "\r\n";

    private final ServerSocket listener;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Integer> clients = new LinkedBlockingQueue<>();
    private final BlockingQueue<PrintWriter> idle = new LinkedBlockingQueue<>();

    private ImapServer(ServerSocketFactory factory) throws IOException {
        listener = factory.createServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        daemon(this::accept);
    }

    static ImapServer plain() throws IOException {
        return new ImapServer(ServerSocketFactory.getDefault());
    }

    static ImapServer tls() throws IOException {
        return new ImapServer(TestCertificate.ofThisJvm().context().getServerSocketFactory());
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The port of the next client that has said something. */
    int clientPort() throws InterruptedException {
        return required(clients.poll(30, TimeUnit.SECONDS), "no client has connected");
    }

    /** Waits for a client that is idle, and tells it of a message. */
    void deliver() throws InterruptedException {
        PrintWriter client = required(idle.poll(30, TimeUnit.SECONDS), "no client is idle");
        client.print("* 1 EXISTS" + CRLF);
        client.flush();
    }

    private static <T> T required(T value, String otherwise) {
        if (value == null) {
            throw new AssertionError(otherwise);
        }
        return value;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                open.add(client);
                daemon(() -> serve(client));
            }
        } catch (IOException e) {
            // The test has ended.
        }
    }

    private void serve(Socket client) {
        try (client) {
            PrintWriter out = new PrintWriter(client.getOutputStream(), false, StandardCharsets.US_ASCII);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            out.print("* OK IMAP4rev1 for a test" + CRLF);
            out.flush();
            String idleTag = "";
            boolean first = true;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (first) {
                    first = false;
                    clients.add(client.getPort());
                }
                String[] words = line.split(" ", 3);
                if (words[0].equals("DONE")) {
                    out.print(idleTag + " OK IDLE" + CRLF);
                } else if (words[1].equalsIgnoreCase("IDLE")) {
                    idleTag = words[0];
                    out.print("+ idling" + CRLF);
                    out.flush();
                    idle.add(out);
                } else {
                    answer(out, words[0], words[1].toUpperCase(Locale.ROOT));
                }
                out.flush();
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private static void answer(PrintWriter out, String tag, String command) {
        switch (command) {
            case "CAPABILITY" -> out.print("* CAPABILITY IMAP4rev1 IDLE" + CRLF);
            case "LIST" -> out.print("* LIST () \"/\" INBOX" + CRLF);
            case "SELECT", "EXAMINE" ->
                out.print("* 0 EXISTS" + CRLF + "* 0 RECENT" + CRLF + "* OK [UIDVALIDITY 1]" + CRLF + "* FLAGS (\\Seen)"
                        + CRLF);
            default -> {
                // Nothing but the OK.
            }
        }
        out.print(tag + " OK " + command + CRLF);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "imap");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket client : open) {
            client.close();
        }
    }
}
