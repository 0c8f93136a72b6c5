package io.keepalive.agent.programs;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.TreeMap;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;

/** Has a connection reset, and prints what the read threw and what the agent's bean knows of it. */
public final class ResetByPeer {
    private ResetByPeer() {}

    /** Ends by itself. */
    public static void main(String[] arguments) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
            System.out.println("port " + listener.getLocalPort());
            Socket peer = listener.accept();
            peer.setSoLinger(true, 0);
            peer.close();
            System.out.println("read " + client.getInputStream().read());
        } catch (IOException e) {
            System.out.println(e);
        }
        print("Losses");
        print("Ends");
    }

    private static void print(String attribute) throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        TabularData rows = (TabularData) server.getAttribute(new ObjectName("io.keepalive:type=Agent"), attribute);
        Map<Object, Object> map = new TreeMap<>();
        for (Object row : rows.values()) {
            map.put(((CompositeData) row).get("key"), ((CompositeData) row).get("value"));
        }
        System.out.println(attribute + " " + map);
    }
}
