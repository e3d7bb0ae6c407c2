package dev.keywright.ops.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** One server by its address. */
public record Node(String host, int port) {

    /** Whether it runs on this machine, as far as its address tells. */
    public boolean isHere() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
