package io.keepalive.agent.programs;

import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Makes a connection, switches keepalive off on it, and prints what a management client sees of the agent. */
public final class Beans {
    private Beans() {}

    /** Prints {@code name=value} for each attribute of each bean of the agent. */
    public static void main(String[] arguments) throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
                Socket accepted = listener.accept()) {
            client.setKeepAlive(false);
            System.out.println("accepted from " + accepted.getPort());
            ObjectName name = new ObjectName("io.keepalive:type=Agent");
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                System.out.println(attribute.getName() + "=" + server.getAttribute(name, attribute.getName()));
            }
        }
    }
}
