package dev.keywright.connection;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Looks host names up the way the JVM and the machine do (hosts file, name service switch, DNS), anew for every connection; the JVM
 * keeps an answer for {@code networkaddress.cache.ttl}. A lookup can take seconds, so each has a thread of its own and holds up no
 * connection that stands.
 */
final class Names extends AddressResolverGroup<InetSocketAddress> {

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new Resolver(executor).asAddressResolver();
    }

    private static final class Resolver extends InetNameResolver {

        Resolver(EventExecutor executor) {
            super(executor);
        }

        @Override
        protected void doResolve(String host, Promise<InetAddress> promise) throws UnknownHostException {
            answer(host, promise, () -> InetAddress.getByName(host));
        }

        @Override
        protected void doResolveAll(String host, Promise<List<InetAddress>> promise) throws UnknownHostException {
            answer(host, promise, () -> List.of(InetAddress.getAllByName(host)));
        }

        private static <T> void answer(String host, Promise<T> promise, Callable<T> lookup) {
            Runnable work = () -> {
                try {
                    promise.trySuccess(lookup.call());
                } catch (Exception unknown) {
                    promise.tryFailure(unknown);
                }
            };
            if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
                work.run();
                return;
            }
            Thread thread = new Thread(work, "keywright-names");
            thread.setDaemon(true);
            thread.start();
        }
    }
}
