package dev.keywright.jcache;

import dev.keywright.server.Standalone;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Starts the server before the first test of the process, because the TCK knows nothing of one. */
public final class RedisForTheTck implements LauncherSessionListener {

    private Standalone server;

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        server = Standalone.start();
        System.setProperty(KeywrightCachingProvider.URI_PROPERTY, server.uri());
        System.setProperty(KeywrightCachingProvider.ALLOW, "org.jsr107.tck.**;javax.cache.**;domain.**;manager.**");
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        server.close();
    }
}
