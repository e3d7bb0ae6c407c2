package dev.keywright.jcache;

import java.lang.management.ManagementFactory;
import javax.cache.CacheException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Puts a cache's beans into the platform's JMX server and takes them out again. */
final class Beans {

    /** What can be seen of a cache. */
    enum Kind {
        CONFIGURATION("CacheConfiguration"),
        STATISTICS("CacheStatistics");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    private final String manager;
    private final String cache;

    Beans(String manager, String cache) {
        this.manager = manager;
        this.cache = cache;
    }

    void show(Kind kind, Object bean) {
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            if (!server.isRegistered(name(kind))) {
                server.registerMBean(bean, name(kind));
            }
        } catch (JMException e) {
            throw new CacheException("The bean of cache " + cache + " cannot be registered: " + e.getMessage(), e);
        }
    }

    void hide(Kind kind) {
        try {
            MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            if (server.isRegistered(name(kind))) {
                server.unregisterMBean(name(kind));
            }
        } catch (JMException e) {
            throw new CacheException("The bean of cache " + cache + " cannot be removed: " + e.getMessage(), e);
        }
    }

    private ObjectName name(Kind kind) throws JMException {
        return new ObjectName(
                "javax.cache:type=" + kind.word + ",CacheManager=" + clean(manager) + ",Cache=" + clean(cache));
    }

    /** Without what a name of JMX gives a meaning to. */
    private static String clean(String text) {
        return text.replaceAll("[,:=\n*?\"]", ".");
    }
}
