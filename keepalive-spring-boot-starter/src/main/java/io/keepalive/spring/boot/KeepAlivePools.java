package io.keepalive.spring.boot;

import com.zaxxer.hikari.HikariDataSource;
import io.keepalive.socket.Precedence;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;

/**
 * Adds a driver's own keepalive properties to each HikariCP pool, before it opens its first connection. What the
 * application wrote into the URL or the properties stays.
 */
final class KeepAlivePools implements BeanPostProcessor, Ordered, DisposableBean {
    private final ObjectProvider<KeepAliveClients> clients;
    private final List<String> registered = new CopyOnWriteArrayList<>();

    KeepAlivePools(ObjectProvider<KeepAliveClients> clients) {
        this.clients = clients;
    }

    /** After the properties of {@code spring.datasource.hikari} are bound. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (bean instanceof HikariDataSource pool) {
            clients.getObject().keeper(KeptClient.DATASOURCE).ifPresent(keeper -> keep(pool, beanName, keeper));
        }
        return bean;
    }

    private void keep(HikariDataSource pool, String beanName, ClientKeeper keeper) {
        String url = pool.getJdbcUrl();
        if (url == null) {
            keeper.left(beanName + " has no JDBC URL (expected: spring.datasource.url; or set the driver's own"
                    + " properties, see docs/clients.md)");
            return;
        }
        JdbcDriver driver = JdbcDriver.of(url);
        if (driver == null) {
            if (!JdbcDriver.isInProcess(url)) {
                keeper.left(beanName + " uses a driver without a known hook, " + JdbcDriver.scheme(url)
                        + " (what to do: the Java agent keeps it)");
            }
            return;
        }
        Properties properties = pool.getDataSourceProperties();
        String own = driver.settingOfApplication(url, properties);
        if (own != null) {
            keeper.left(beanName + " has " + own + " (what to do: remove it to get the policy)");
            return;
        }
        if (!keeper.policy().isOn()) {
            keeper.left(beanName + ": keepalive off is the policy of no driver's hook");
            return;
        }
        if (keeper.precedence() == Precedence.OBSERVE && !driver.isObservable()) {
            keeper.left(beanName + ": the precedence is OBSERVE, and the driver's properties can't be observed");
            return;
        }
        String off = driver.switchedOff(url, properties);
        if (off != null) {
            if (!switchesOn(keeper)) {
                keeper.left(beanName + " has " + off + ", and the precedence is " + keeper.precedence());
                return;
            }
            keeper.overrode(beanName + ": " + off + " has no effect any more");
        }
        driver.keep(keeper, properties, this::register);
        keeper.kept(beanName + " (" + driver + ", by " + driver.hook() + ")");
    }

    private static boolean switchesOn(ClientKeeper keeper) {
        return switch (keeper.precedence()) {
            case OBSERVE, RESPECT -> false;
            case TIGHTEN, ENFORCE -> true;
        };
    }

    private String register(ClientKeeper keeper) {
        String key = RegisteredSocketFactory.register(keeper);
        registered.add(key);
        return key;
    }

    /** A pool that is closed later still opens connections: their factory just has no policy any more. */
    @Override
    public void destroy() {
        registered.forEach(RegisteredSocketFactory::unregister);
    }
}
