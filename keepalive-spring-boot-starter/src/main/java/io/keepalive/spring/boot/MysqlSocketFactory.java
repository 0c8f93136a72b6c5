package io.keepalive.spring.boot;

import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.protocol.StandardSocketFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;

/**
 * MySQL Connector/J's own kind of socket factory: as its standard one, but with a policy on each socket.
 *
 * <p>Public for the driver only.
 *
 * @since 0.1
 */
public final class MysqlSocketFactory extends StandardSocketFactory {
    @Override
    protected Socket createSocket(PropertySet properties) {
        String key = properties.getStringProperty(JdbcDriver.MYSQL_KEEPER).getValue();
        try {
            return RegisteredSocketFactory.createSocket(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
