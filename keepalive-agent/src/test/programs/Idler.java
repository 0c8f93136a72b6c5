import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** Not of this module: compiled by itself, put into a jar of its own, and never told of keepalive. */
public final class Idler {
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("server")) {
            serve();
        } else {
            idle(arguments[1], Long.parseLong(arguments[2]));
        }
    }

    private static void serve() throws IOException {
        try (ServerSocket listener = new ServerSocket(7000)) {
            System.out.println("listening");
            while (true) {
                Socket socket = listener.accept();
                new Thread(() -> echo(socket)).start();
            }
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            System.out.println(e);
        }
    }

    private static void idle(String host, long seconds) throws Exception {
        Socket socket = new Socket(host, 7000);
        socket.setSoTimeout(5_000);
        exchange(socket);
        System.out.println("ready");
        Thread.sleep(seconds * 1000);
        try {
            exchange(socket);
            System.out.println("alive");
        } catch (IOException e) {
            System.out.println("dead: " + e);
        }
        System.exit(0);
    }

    private static void exchange(Socket socket) throws IOException {
        socket.getOutputStream().write('x');
        if (socket.getInputStream().read() != 'x') {
            throw new IOException("end of stream");
        }
    }
}
