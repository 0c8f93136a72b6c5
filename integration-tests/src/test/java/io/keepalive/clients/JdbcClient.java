package io.keepalive.clients;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

/**
 * Opens one connection with the factory and one without, leaves both idle as a pool would, then queries both and prints
 * what came of it. Arguments: URL without parameters, parameters that name the factory, seconds of idleness.
 *
 * <p>A dead connection's query would hang for a quarter of an hour: the driver's socket timeout ends it after 4 s.
 */
final class JdbcClient {
    private static final String COMMON = "?user=test&sslmode=disable&socketTimeout=4";

    private JdbcClient() {}

    public static void main(String[] args) throws Exception {
        Connection kept = DriverManager.getConnection(args[0] + COMMON + "&" + args[1]);
        Connection plain = DriverManager.getConnection(args[0] + COMMON);
        System.out.println("before: " + answer(kept) + ", " + answer(plain));
        System.out.println("idle");
        TimeUnit.SECONDS.sleep(Long.parseLong(args[2]));
        System.out.println("kept: " + answer(kept));
        System.out.println("plain: " + answer(plain));
        System.out.println("done");
        System.exit(0);
    }

    private static String answer(Connection connection) {
        long start = System.nanoTime();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select 'answered'")) {
            result.next();
            return result.getString(1);
        } catch (SQLException e) {
            long seconds = Math.round((System.nanoTime() - start) / 1e9);
            return "no answer within " + seconds + " s: " + e.getCause();
        }
    }
}
