package io.keepalive.nat;

import io.keepalive.KeepAlive;
import io.keepalive.loss.Liveness;
import io.keepalive.socket.SocketKeeper;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Two idle connections, one of them kept: prints what the kernel says about each whenever that changes. */
final class LivenessProgram {
    static final int PORT = 7300;

    /** More than idle and interval of the policy together. */
    private static final Duration WITHIN = Duration.ofMillis(2500);

    private LivenessProgram() {}

    /** Accepts, and is silent. */
    static final class Server {
        private Server() {}

        public static void main(String[] args) throws Exception {
            List<Socket> accepted = new ArrayList<>();
            try (ServerSocket listener = new ServerSocket(PORT)) {
                System.out.println("listening");
                while (true) {
                    accepted.add(listener.accept());
                    System.out.println(accepted.size() + " accepted");
                }
            }
        }
    }

    public static void main(String[] args) throws Exception {
        Socket plain = new Socket(args[0], PORT);
        Socket kept = new Socket(args[0], PORT);
        SocketKeeper.of(KeepAlive.parse("idle=1s,interval=1s,count=6")).strict().keep(kept);
        Liveness.Verdict ofPlain = null;
        Liveness.Verdict ofKept = null;
        for (int tick = 0; ofKept != Liveness.Verdict.ENDED; tick++) {
            ofPlain = told("plain", ofPlain, Liveness.of(plain, WITHIN));
            ofKept = told("kept", ofKept, Liveness.of(kept, WITHIN));
            if (tick == 40) {
                System.out.println("idle for 4s");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        System.out.println("done");
        System.exit(0);
    }

    private static Liveness.Verdict told(String name, Liveness.Verdict last, Liveness now) {
        if (now.verdict() != last) {
            System.out.println(name + " " + now);
        }
        return now.verdict();
    }
}
