"""The page that a browser gets: an editor for queries, as strawberry ships it."""

from strawberry.http.ides import get_graphql_ide_html

PAGE = get_graphql_ide_html()
