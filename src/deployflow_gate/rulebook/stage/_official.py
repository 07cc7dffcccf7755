"""The names that Docker Hub has without a user's name in front: what a bare word behind `--from=` can be, if no stage.

From the list of the docker-library project's `official-images`, those that are no longer built included, as of 2025.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


OFFICIAL = _words(
    """
    adminer aerospike almalinux alpine alt amazoncorretto amazonlinux api-firewall arangodb archlinux backdrop bash bonita buildpack-deps
    busybox caddy cassandra celery centos chronograf cirros clearlinux clefos clickhouse clojure composer consul convertigo couchbase
    couchdb crate crux dart debian django docker docker-dev drupal eclipse-mosquitto eclipse-temurin eggdrop elasticsearch elixir emqx
    erlang euleros express-gateway fedora flink fluentd friendica fsharp gazebo gcc geonetwork ghost glassfish golang gradle groovy
    guacamole haproxy haskell haxe hello-seattle hello-world hello-worlds hipache hitch hola-mundo httpd hylang ibm-semeru-runtimes
    ibmjava influxdb iojs irssi java jenkins jetty jobber joomla jruby julia kaazing-gateway kapacitor kibana known kong krakend
    lightstreamer liquibase logstash mageia mariadb matomo maven mediawiki memcached mongo mongo-express monica mono mysql nats
    nats-streaming neo4j neurodebian nextcloud nginx node notary nuxeo odoo open-liberty openjdk opensuse oraclelinux orientdb owncloud
    percona perl photon php php-zendserver phpmyadmin piwik plone postfixadmin postgres privoxy pypy python r-base rabbitmq rails rakudo-star
    rapidoid redis redmine registry rethinkdb riak rocket.chat rockylinux ros ruby rust sapmachine satosa scala scratch sentry silverpeas
    sl solr sonarqube sourcemage spark spiped storm swarm swift swipl teamspeak telegraf thrift tomcat tomee traefik traefik-library
    ubuntu ubuntu-debootstrap ubuntu-upstart unit valkey varnish vault voidlinux websphere-liberty wordpress xwiki yourls zipkin znc
    zookeeper
    """
)
