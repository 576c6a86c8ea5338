"""The same endpoints as a good tutorial would write them: what the product is measured against.

Django's ORM with prefetching, DRF's ModelViewSet and nested serializers, DjangoObjectType, tokens
of simplejwt; over the product's tables, served by the same granian. No part of the product.
"""
