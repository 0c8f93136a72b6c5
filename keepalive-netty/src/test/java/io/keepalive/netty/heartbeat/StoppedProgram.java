package io.keepalive.netty.heartbeat;

import io.keepalive.netty.LeakCheck;
import io.keepalive.netty.Transport;
import io.netty.channel.EventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;

/**
 * Watches connections to a peer that sends all the time, two of each kind on each transport, while it is stopped and
 * continued from outside. Tells the alarms of each connection since the last line of input.
 */
final class StoppedProgram {
    private StoppedProgram() {}

    public static void main(String[] args) throws Exception {
        List<String> names = new ArrayList<>();
        List<Watched> all = new ArrayList<>();
        for (Transport transport : Transport.here()) {
            EventLoopGroup group = transport.group(1);
            for (Watched.Kind kind : List.of(Watched.Kind.IDLE_STATE, Watched.Kind.HEARTBEAT)) {
                for (int i = 0; i < 2; i++) {
                    all.add(new Watched(kind, transport, group, "127.0.0.1", Integer.parseInt(args[0])));
                    names.add(transport + " " + kind);
                }
            }
        }
        System.out.println("ready");
        for (Scanner input = new Scanner(System.in, StandardCharsets.UTF_8); input.hasNextLine(); input.nextLine()) {
            for (int i = 0; i < all.size(); i++) {
                System.out.println(names.get(i) + " " + (all.get(i).alarms.isEmpty() ? 0 : 1));
                all.get(i).alarms.clear();
            }
            System.out.println("done");
        }
        System.out.println("leaks: " + LeakCheck.leaks());
        System.exit(0);
    }
}
